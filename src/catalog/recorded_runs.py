"""Recorded runs: experiment, tag and artifact names that packages share on the tracking server."""

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter

from fraud.features.history import HistoryStep

TUNING, COMPARISONS, EXPLORATIONS = "tuning", "comparisons", "explorations"
LEAKAGE = "leakage.json"  # of an exploration: its LeakageReport
UNCOMMITTED = "uncommitted.tar.gz"  # of a run with a model: its sources that no commit had
# The tag of a study for each winner that was scored on the test rows, with its average precision.
TEST_EVALUATION = "test_look."
FOLDER = "model"
OWN_FILES = "artifacts/fraud_model"
MODEL_FILES = f"{FOLDER}/{OWN_FILES}/"
HISTORY = TypeAdapter(tuple[HistoryStep, ...])


def history_tag(history: Sequence[HistoryStep]) -> dict[str, str]:
    """Return the tag that records history steps by value: a feature set may be redefined later."""
    return {"history": HISTORY.dump_json(tuple(history)).decode()} if history else {}


def history_of(tags: Mapping[str, str]) -> tuple[HistoryStep, ...]:
    """Return the history steps of a run's tags; empty when the run has none."""
    return HISTORY.validate_json(tags.get("history", "[]"))
