"""Recorded runs: the words by which one room finds what another has told the tracking server."""

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter

from fraud.features.history import HistoryStep

TUNING, COMPARISONS, EXPLORATIONS = "tuning", "comparisons", "explorations"
LEAKAGE = "leakage.json"  # of an exploration: its LeakageReport
# The tag of a study for each winner that was scored on the test rows, with its average precision.
TEST_EVALUATION = "test_look."
FOLDER = "model"
OWN_FILES = "artifacts/fraud_model"
MODEL_FILES = f"{FOLDER}/{OWN_FILES}/"
HISTORY = TypeAdapter(tuple[HistoryStep, ...])


def history_tag(history: Sequence[HistoryStep]) -> dict[str, str]:
    """The steps that look at the past, as they were: a feature set may be described anew later."""
    return {"history": HISTORY.dump_json(tuple(history)).decode()} if history else {}


def history_of(tags: Mapping[str, str]) -> tuple[HistoryStep, ...]:
    """Read what `history_tag` wrote; none where nothing was."""
    return HISTORY.validate_json(tags.get("history", "[]"))
