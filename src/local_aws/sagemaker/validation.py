"""SageMaker request validation: the constraints of botocore's service model.

botocore checks required members, types and minimums before it sends; patterns, maximums and
enumerations it leaves to the service. All of them are checked here, with the service's messages.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from local_aws.sagemaker.errors import invalid

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "long": int, "float": (int, float), "double": (int, float),
    "boolean": bool, "list": list, "structure": Mapping, "map": Mapping,
    "timestamp": (int, float, str),
}  # fmt: skip


def require_valid(operation: str, request: Mapping[str, Any]) -> None:
    """Raise SageMaker's ValidationException with every constraint that `request` fails."""
    shape = _model().operation_model(operation).input_shape
    problems = list(_problems(request, shape, ""))
    if problems:
        count = f"{len(problems)} validation error" + ("s" if len(problems) > 1 else "")
        message = f"{count} detected: {'; '.join(problems)}"
        raise invalid(message)


@cache
def _model() -> Any:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")


def _problems(value: Any, shape: Any, path: str) -> Iterator[str]:
    kind: Any = TYPES.get(shape.type_name, object)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        yield _failed(value, path, f"Member must be of type {shape.type_name}")
    elif shape.type_name == "structure":
        yield from _structure_problems(value, shape, path)
    elif shape.type_name == "list":
        yield from _size_problems(value, len(value), shape, path)
        for position, item in enumerate(value, start=1):
            yield from _problems(item, shape.member, f"{path}.{position}.member")
    elif shape.type_name == "map":
        yield from _size_problems(value, len(value), shape, path)
        for key, item in value.items():
            yield from _problems(item, shape.value, f"{path}.{key}.member")
    elif shape.type_name == "string":
        yield from _string_problems(value, shape, path)
    elif shape.type_name in ("integer", "long", "float", "double"):
        yield from _number_problems(value, shape, path)


def _structure_problems(value: Mapping[str, Any], shape: Any, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _failed(None, _below(path, name), "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _problems(value[name], member, _below(path, name))


def _string_problems(value: str, shape: Any, path: str) -> Iterator[str]:
    yield from _size_problems(value, len(value), shape, path)
    if shape.enum and value not in shape.enum:
        yield _failed(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not _expression(pattern).fullmatch(value):
        yield _failed(value, path, f"Member must satisfy regular expression pattern: {pattern}")


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """Compile one of the model's patterns, which are Java's: Unicode classes have other names."""
    for java, python in ((r"\p{L}", r"\w"), (r"\p{N}", r"\d"), (r"\p{Z}", r"\s")):
        pattern = pattern.replace(java, python)
    return re.compile(pattern, flags=re.DOTALL)


def _size_problems(value: Any, size: int, shape: Any, path: str) -> Iterator[str]:
    if size > shape.metadata.get("max", size):
        yield _failed(
            value, path, f"Member must have length less than or equal to {shape.metadata['max']}"
        )
    if size < shape.metadata.get("min", size):
        yield _failed(
            value, path, f"Member must have length greater than or equal to {shape.metadata['min']}"
        )


def _number_problems(value: float, shape: Any, path: str) -> Iterator[str]:
    if value > shape.metadata.get("max", value):
        yield _failed(
            value, path, f"Member must have value less than or equal to {shape.metadata['max']}"
        )
    if value < shape.metadata.get("min", value):
        yield _failed(
            value, path, f"Member must have value greater than or equal to {shape.metadata['min']}"
        )


def _below(path: str, name: str) -> str:
    member = name[:1].lower() + name[1:]
    return f"{path}.{member}" if path else member


def _failed(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"
