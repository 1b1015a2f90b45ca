"""Gate results: how a gate states its verdict, reason and figures."""

import math
from collections.abc import Mapping
from typing import Literal

from promotion.records import GateResult


def pass_or_fail(
    gate: str, problems: list[str], otherwise: str, figures: Mapping[str, float] | None = None
) -> GateResult:
    """Return fail with the problems in one sentence, or pass with the sentence `otherwise`."""
    if problems:
        return _result(gate, "fail", _sentence("; ".join(problems)), figures)
    return _result(gate, "pass", otherwise, figures)


def hold(gate: str, reason: str) -> GateResult:
    """Return hold, for too little evidence."""
    return _result(gate, "hold", reason, None)


def _result(
    gate: str,
    verdict: Literal["pass", "hold", "fail"],
    reason: str,
    figures: Mapping[str, float] | None,
) -> GateResult:
    # A plan has a digest, and canonical JSON cannot hold NaN; the reason names it instead.
    finite = {name: value for name, value in (figures or {}).items() if math.isfinite(value)}
    return GateResult(gate=gate, verdict=verdict, reason=reason, figures=finite)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}"
