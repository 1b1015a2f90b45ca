"""Parameter store: named values in Systems Manager, which people and AWS services read."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from foundation.aws import aws_errors, client
from foundation.errors import AlreadyExists, InvalidParams, Unavailable
from foundation.record import Record
from foundation.settings import Settings

STRING = "String"
AT_ONCE = 10  # names in a request, and parameters on a page
LARGEST_VALUE_BYTES = 4096
DEEPEST_LEVEL = 15
LONGEST_NAME = 1011 - 60  # the ARN before it counts too: arn:aws-us-gov:ssm:us-gov-west-1:…
LEVEL = re.compile(r"[a-zA-Z0-9_.-]+", re.ASCII)
RESERVED = ("aws", "ssm")


class Parameter(Record):
    """A value as it is stored; the value of a SecureString stays encrypted."""

    name: str
    value: str
    type: str = STRING
    version: int = 1


class ParameterStore(Protocol):
    """Port of Parameter Store. A store that does not answer, or is busy, is Unavailable.

    A parameter that AWS would refuse is InvalidParams, before anything is sent.
    """

    def below(self, path: str) -> dict[str, Parameter]:
        """Return every parameter at any depth below `path`, by its full name."""
        ...

    def read(self, names: Sequence[str]) -> dict[str, Parameter]:
        """Return the parameters of these names; missing ones are left out."""
        ...

    def write(self, name: str, value: str) -> None:
        """Create or replace a String; each write makes a new version."""
        ...

    def create(self, name: str, value: str) -> None:
        """Create a String; AlreadyExists when there is another value.

        Finding exactly this value is success: the reply to an earlier try may have been lost.
        """
        ...

    def delete(self, names: Sequence[str]) -> None:
        """Delete the parameters of these names; missing ones count as deleted."""
        ...


class SsmParameterStore:
    """Parameters in Systems Manager."""

    def __init__(self, settings: Settings) -> None:
        self._ssm: Any = client("ssm", settings)
        # AWS takes three writes a second and refuses the next. With eight attempts four concurrent
        # writers succeed. botocore's adaptive mode is no faster then, and after a single
        # refusal it slows every call of this process down to one in two seconds.
        self._patient_ssm: Any = client("ssm", settings, attempts=8)

    def below(self, path: str) -> dict[str, Parameter]:
        pages = self._ssm.get_paginator("get_parameters_by_path").paginate(
            Path=folder_of(path) or "/", Recursive=True, PaginationConfig={"PageSize": AT_ONCE}
        )
        with aws_errors(f"Reading the parameters below {path}"):
            return _by_name(found for page in pages for found in page["Parameters"])

    def read(self, names: Sequence[str]) -> dict[str, Parameter]:
        found: dict[str, Parameter] = {}
        for some in _batches(names):
            with aws_errors(f"Reading the parameters {', '.join(some)}"):
                found |= _by_name(self._ssm.get_parameters(Names=some)["Parameters"])
        return found

    def write(self, name: str, value: str) -> None:
        require_valid_parameter(name, value)
        with aws_errors(f"Writing the parameter {name}"):
            self._patient_ssm.put_parameter(Name=name, Value=value, Type=STRING, Overwrite=True)

    def create(self, name: str, value: str) -> None:
        require_valid_parameter(name, value)
        try:
            with aws_errors(f"Creating the parameter {name}"):
                self._patient_ssm.put_parameter(
                    Name=name, Value=value, Type=STRING, Overwrite=False
                )
        except (AlreadyExists, Unavailable):
            found = self.read([name]).get(name)
            if found is None or (found.value, found.type) != (value, STRING):
                raise

    def delete(self, names: Sequence[str]) -> None:
        for some in _batches(names):
            with aws_errors(f"Deleting the parameters {', '.join(some)}"):
                self._patient_ssm.delete_parameters(Names=some)


def parameter_problems(name: str, value: str, present: Parameter | None = None) -> list[str]:
    """Return why AWS would refuse the parameter, although emulators may take it.

    `present` is the parameter that has the name now.

    Sources: PutParameter in the AWS Systems Manager API Reference; "Understanding parameter name
    requirements and constraints" in its User Guide. Where they leave room, the stricter reading
    holds: 4 KB are 4,096 bytes of UTF-8, and the ARN that counts towards 1,011 characters of a
    name is as long as they come.
    """
    problems = [*_name_problems(name), *_value_problems(value)]
    if present is not None and present.type != STRING:
        # HierarchyTypeMismatchException
        problems.append(
            f"{name} is a {present.type}, and no parameter can change its type; delete it first"
        )
    return problems


def require_valid_parameter(name: str, value: str) -> None:
    """Raise InvalidParams with every reason for which AWS would refuse the parameter."""
    if problems := parameter_problems(name, value):
        source = f"The parameter {name[:80]!r}"
        raise InvalidParams(source, problems)


def folder_of(path: str) -> str:
    """Return the path without the slash at its end; "" for the root."""
    return path.rstrip("/")


def _name_problems(name: str) -> Iterator[str]:
    levels = name.removeprefix("/").split("/")
    if not all(LEVEL.fullmatch(level) for level in levels):
        yield "its name has other characters than a-z A-Z 0-9 _ . - or an empty level"
    if len(levels) > 1 and not name.startswith("/"):
        yield "its name has levels but does not begin with /"
    if len(levels) > DEEPEST_LEVEL:
        yield f"its name has {len(levels)} levels; {DEEPEST_LEVEL} are the most"
    if len(name) > LONGEST_NAME:
        yield f"its name has {len(name)} characters; {LONGEST_NAME} are the most"
    if levels[0].lower().startswith(RESERVED):
        yield "its name begins with aws or ssm, which AWS keeps for itself"


def _value_problems(value: str) -> Iterator[str]:
    size = len(value.encode(errors="surrogatepass"))
    if not value:
        yield "its value is empty"
    if size > LARGEST_VALUE_BYTES:
        yield f"its value has {size} bytes; {LARGEST_VALUE_BYTES} are the most"
    if "{{" in value:
        yield "its value has {{ in it, which AWS takes for a reference to another parameter"
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        yield "its value has half a character (a lone surrogate) in it"


def _batches(names: Sequence[str]) -> Iterator[list[str]]:
    """Yield the distinct names in batches of the size that a request takes."""
    distinct = list(dict.fromkeys(names))
    for start in range(0, len(distinct), AT_ONCE):
        yield distinct[start : start + AT_ONCE]


def _by_name(found: Any) -> dict[str, Parameter]:
    return {
        each["Name"]: Parameter(
            name=each["Name"], value=each["Value"], type=each["Type"], version=each["Version"]
        )
        for each in found
    }
