"""Day inputs: what score counted reaches monitor, and a lost reference stops no day."""

import pytest

from catalog.model_archive import INPUTS as REFERENCE
from fakes.data.scored_day import MODEL, open_day
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData
from fraud.data.roles import Roles
from fraud.monitoring.inputs.summary import ColumnSummary, DayInputs, FieldUse, InputReference
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import check_transactions
from pipeline.inference.day_inputs import (
    INPUTS,
    NO_REFERENCE,
    day_inputs,
    find_reference,
    input_counts,
    read_inputs,
    write_inputs,
)

SETTINGS = fake_settings()
COLUMNS = ModelColumns(
    ("v", "channel", "amount", "time"), {"channel": ("web",)}, roles=Roles("amount", "time")
)
RANGE = ColumnSummary(kind="number", rows=2, quantiles=[0.0, 1.0])
DATA = InputReference(columns={"v": RANGE}).to_json()


def counted(reference: str | None, data: bytes | None = DATA) -> DayInputs:
    objects = FakeObjectStore()
    if data is not None:
        objects.write(SETTINGS.models_bucket, locations.model_key(MODEL, REFERENCE), data)
    batch = [
        {"id": f"t-{number}", "timestamp": "2026-11-21T09:30:00Z", "amount": 1.0,
         "category": "card", "features": {"v": float(number), "channel": text}}
        for number, text in enumerate(["web", "WEB", None])
    ]  # fmt: skip
    incoming = check_transactions(batch, range(3), COLUMNS)
    return day_inputs(
        open_day(objects), incoming, COLUMNS, model_digest=MODEL, reference_digest=reference
    )


def test_counts_are_by_column_with_the_range_of_training():
    found = counted(digest_of_bytes(DATA))
    assert (found.reference, found.reference_problem) == (digest_of_bytes(DATA), "")
    counts = input_counts(found)
    assert counts.keys() == {"v", "channel", "amount", "time"}
    assert (counts["v"].outside, counts["amount"].outside) == (1, None)
    assert (counts["channel"].missing, counts["channel"].unknown) == (1, 1)
    assert (counts["amount"].constant, counts["v"].constant) == (True, False)


def test_a_model_without_a_reference_is_told():
    found = counted(None)
    assert (found.reference, found.reference_problem) == (None, NO_REFERENCE)
    assert found.columns["v"].outside is None


@pytest.mark.parametrize("data", [None, b"{}", DATA + b" "])
def test_a_reference_that_is_gone_or_changed_is_told_and_stops_no_day(data):
    found = counted(digest_of_bytes(DATA), data)
    assert found.reference is None
    assert "compared with the last days only" in found.reference_problem
    assert "inputs.json" in found.reference_problem


def test_a_reference_of_another_format_is_told():
    objects, data = FakeObjectStore(), b'{"format": 2, "columns": {}}'
    objects.write(SETTINGS.models_bucket, locations.model_key(MODEL, REFERENCE), data)
    found, problem = find_reference(open_day(objects), MODEL, digest_of_bytes(data))
    assert found is None
    assert "does not hold" in problem


def test_what_score_counted_reaches_monitor():
    objects = FakeObjectStore()
    written = counted(None).model_copy(update={"fields": FieldUse(unknown={"more": 3})})
    write_inputs(open_day(objects), written)
    assert read_inputs(open_day(objects)) == written


def test_a_day_of_an_earlier_version_has_no_counts_and_a_damaged_file_is_named():
    objects = FakeObjectStore()
    assert read_inputs(open_day(objects)) is None
    open_day(objects).write_for("score", INPUTS, b'{"columns": 1}')
    told = r"(?s)score/inputs\.json of execution .* Run score again"
    with pytest.raises(InvalidData, match=told):
        read_inputs(open_day(objects))
