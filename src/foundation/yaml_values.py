"""YAML values: parameter texts as values and back, by the core schema of YAML 1.2.

PyYAML reads YAML 1.1: `1e-3` is text there, `no` is false, `12:30` is 750, `042` is 34 and
`2026-01-01` a date. In the core schema of YAML 1.2 (section 10.3.2) these are a number, a text, a
text, 42 and a text. Underscores in whole numbers (`10_000`) are read as before.
"""

import math
import re
from typing import Any

import yaml

TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
BOOLEAN = re.compile(f"^(?:{'|'.join(TRUE + FALSE)})$")
NULL = re.compile(r"^(?:~|null|Null|NULL|)$")
WHOLE = re.compile(r"^(?:[-+]?[0-9][0-9_]*|0o[0-7]+|0x[0-9a-fA-F]+)$")
DECIMAL = re.compile(
    r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
)
MERGE = re.compile(r"^<<$")
TAG = "tag:yaml.org,2002:"
NUMBER_STARTS = list("-+0123456789.")


class CoreLoader(yaml.SafeLoader):
    """PyYAML's safe loader with the scalars of YAML 1.2, and no others."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # as PyYAML declares it


class CoreDumper(yaml.SafeDumper):
    """PyYAML's safe dumper; it quotes a text that any of both versions reads as something else."""


def _whole(loader: CoreLoader, node: yaml.ScalarNode) -> int:
    text = str(loader.construct_scalar(node)).replace("_", "")
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _decimal(loader: CoreLoader, node: yaml.ScalarNode) -> float:
    text = str(loader.construct_scalar(node)).lower()
    if text.endswith(".inf"):
        return -math.inf if text.startswith("-") else math.inf
    return math.nan if text == ".nan" else float(text)


def _boolean(loader: CoreLoader, node: yaml.ScalarNode) -> bool:
    return str(loader.construct_scalar(node)) in TRUE


CoreLoader.add_implicit_resolver(f"{TAG}bool", BOOLEAN, list("tTfF"))
CoreLoader.add_implicit_resolver(f"{TAG}null", NULL, ["~", "n", "N", ""])
CoreLoader.add_implicit_resolver(f"{TAG}int", WHOLE, NUMBER_STARTS)  # before the decimals
CoreLoader.add_implicit_resolver(f"{TAG}float", DECIMAL, NUMBER_STARTS)
CoreLoader.add_implicit_resolver(f"{TAG}merge", MERGE, ["<"])
CoreLoader.add_constructor(f"{TAG}int", _whole)
CoreLoader.add_constructor(f"{TAG}float", _decimal)
CoreLoader.add_constructor(f"{TAG}bool", _boolean)
CoreDumper.add_implicit_resolver(f"{TAG}int", WHOLE, NUMBER_STARTS)
CoreDumper.add_implicit_resolver(f"{TAG}float", DECIMAL, NUMBER_STARTS)


def parsed_yaml(text: str | bytes) -> Any:
    """Parse a document, or the value of one parameter; yaml.YAMLError where it is not YAML."""
    return yaml.load(text, CoreLoader)


def yaml_word(value: Any) -> str:
    """Return a value as YAML on one line; `parsed_yaml` reads it back equal."""
    written = yaml.dump(
        value, Dumper=CoreDumper, default_flow_style=True, sort_keys=False, width=math.inf
    )
    return written.removesuffix("\n").removesuffix("\n...")
