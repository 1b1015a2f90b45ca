"""Plausibility finding: the result of one check of a described column, in a sentence."""

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict

Verdict = Literal["ok", "doubtful", "impossible"]


class PlausibilityFinding(BaseModel):
    """The result of one check: facts, and what to write into the description where it is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    verdict: Verdict
    sentence: str


Found = Callable[[str, str], PlausibilityFinding]


def plausible(check: str, sentence: str) -> PlausibilityFinding:
    return PlausibilityFinding(check=check, verdict="ok", sentence=sentence)


def doubtful(check: str, sentence: str) -> PlausibilityFinding:
    """Return a finding of values that are possible, and usually a mistake."""
    return PlausibilityFinding(check=check, verdict="doubtful", sentence=sentence)


def impossible(check: str, sentence: str) -> PlausibilityFinding:
    """Return a finding of values that the description cannot be true of."""
    return PlausibilityFinding(check=check, verdict="impossible", sentence=sentence)
