"""Params: the parameters of a stage, validated before anything runs."""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from foundation.errors import InvalidParams
from foundation.yaml_values import parsed_yaml


class Params(BaseModel):
    """Base of every stage's parameters: immutable, unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def from_yaml(cls, path: Path, **overrides: Any) -> Self:
        """Read the YAML file `path`, replace values by `overrides`, and validate the result.

        Raises InvalidParams with every problem of the file and the overrides at once.
        """
        return cls.checked({**read_yaml(path), **overrides}, source=str(path))

    @classmethod
    def checked(cls, values: Mapping[str, Any], *, source: str) -> Self:
        """Return validated parameters; InvalidParams names `source` and every problem."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = [_problem(e, set(cls.model_fields)) for e in error.errors()]
            raise InvalidParams(source, problems) from None


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file that holds one mapping; InvalidParams for any other file.

    Scalars are those of YAML 1.2: `1e-3` is a number, and `no` a text.
    """
    try:
        content = parsed_yaml(path.read_text())
    except FileNotFoundError:
        raise InvalidParams(str(path), ["there is no such file"]) from None
    except yaml.YAMLError as error:
        raise InvalidParams(str(path), [f"it is not YAML: {error}"]) from None
    if not isinstance(content or {}, dict):
        raise InvalidParams(str(path), ["it should hold `name: value` lines"])
    return content or {}


def did_you_mean(name: str, known: set[str]) -> str:
    """Return a suggestion: the nearest known name, or all of them."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(known))}"


def _problem(error: Any, known: set[str]) -> str:
    where = ".".join(map(str, error["loc"])) or "the file"
    if error["type"] == "extra_forbidden":
        hint = did_you_mean(where, known) if len(error["loc"]) == 1 else "it is not known here"
        return f"{where}: no such parameter; {hint}"
    if error["type"] == "missing":
        return f"{where}: it is needed and missing"
    given = without_password(repr(error["input"]))
    return f"{where}: {error['msg']}, not {given}{_in_quotes(error)}"


def _in_quotes(error: Any) -> str:
    """Return the advice to quote a value that YAML reads as a number or a boolean, not as text."""
    needs_text = error["type"] in ("string_type", "literal_error", "string_pattern_mismatch")
    if not (needs_text and isinstance(error["input"], bool | int | float)):
        return ""
    return "; YAML reads a number or a boolean there: put the text in quotes"


def without_password(text: str) -> str:
    """Hide passwords and tokens in URLs: error messages are stored in records and logs."""
    text = re.sub(r"([?&][\w-]*(?:password|token)=)[^&\s'\"]*", r"\1…", text, flags=re.I)
    return re.sub(r"(://[^:@/\s]*):[^\s'\"]*@", r"\1:…@", text)
