"""Store: every score reaches the table exactly, however busy it is, and repeating is harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.scored_day import DAY, MODEL, open_day, scored_day, scored_table
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.scores import FakeScoresTable
from foundation.errors import NotFound, Unavailable
from fraud.scoring.risk_bands import RiskBands
from pipeline.services.scores import StoredScore
from pipeline.store import StoreParams, pauses, store, stored_scores, write_batch, write_scores

PARAMS = StoreParams()


def items(count: int) -> list[StoredScore]:
    execution = open_day(FakeObjectStore())
    table = scored_table([0.1] * count)
    return stored_scores(table, execution, model_digest=MODEL, bands=RiskBands())


def test_every_scored_transaction_is_stored_with_its_band_and_lineage():
    objects, table = FakeObjectStore(), FakeScoresTable()
    execution = scored_day(objects, scored_table([0.1, 0.5, 0.97] + [0.01] * 60))
    output = store(execution, PARAMS, table)
    assert (output.stored, len(table.items)) == (63, 63)
    assert table.items["t-2", "2026-11-21T09:30:00Z"] == StoredScore(
        transaction_id="t-2",
        timestamp="2026-11-21T09:30:00Z",
        batch_date="2026-11-21",
        fraud_score=0.97,
        risk_band="high",
        amount=12.0,
        category="electronics",
        model_digest=MODEL,
        execution_id=execution.id,
        scoring_timestamp="2026-11-22T01:00:00.000Z",
    )


def test_the_output_counts_the_bands_their_shares_and_the_average():
    execution = scored_day(FakeObjectStore(), scored_table([0.9, 0.8, 0.6, 0.1]))
    output = store(execution, PARAMS, FakeScoresTable())
    assert {band: (c.count, c.share) for band, c in output.bands.items()} == {
        "high": (2, 0.5), "medium": (1, 0.25), "low": (1, 0.25),
    }  # fmt: skip
    assert output.average_score == pytest.approx(0.6)
    assert output.day == DAY


def test_the_output_counts_what_is_flagged_by_the_threshold_of_the_model():
    execution = scored_day(FakeObjectStore(), scored_table([0.9, 0.4, 0.39, 0.1]), threshold=0.4)
    output = store(execution, PARAMS, FakeScoresTable())
    assert (output.flagged, output.threshold) == (2, 0.4)
    assert output.threshold_note == "threshold 0.400, the model's own"
    assert output.bands["high"].count == 1


def test_the_output_counts_by_the_threshold_that_a_person_set(tmp_path, monkeypatch):
    file = tmp_path / "params" / "inference" / "alert.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("threshold: 0.1\n")
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    execution = scored_day(FakeObjectStore(), scored_table([0.9, 0.4, 0.39, 0.1]), threshold=0.4)
    output = store(execution, PARAMS, FakeScoresTable())
    assert (output.flagged, output.threshold) == (4, 0.1)
    assert output.threshold_note.endswith("set by alert.threshold; the model's own is 0.400")


def test_storing_a_day_again_changes_nothing():
    objects, table = FakeObjectStore(), FakeScoresTable()
    store(scored_day(objects, scored_table([0.9] * 30), execution_id="interactive"), PARAMS, table)
    before = dict(table.items)
    store(open_day(objects, execution_id="interactive"), PARAMS, table)
    assert table.items == before


@given(
    count=st.integers(0, 130),
    busy=st.lists(st.integers(0, 25), max_size=12),
    connections=st.integers(1, 8),
)
def test_unprocessed_items_are_written_again_until_all_are_there(count, busy, connections):
    table = FakeScoresTable(busy=busy)
    write_scores(
        table, items(count), connections=connections, attempts=20, pause=lambda seconds: None
    )
    assert len(table.items) == count


def test_a_table_that_stays_busy_ends_with_the_number_that_remains():
    table = FakeScoresTable(busy=[25] * 1000)
    with pytest.raises(Unavailable) as refusal:
        write_scores(table, items(60), connections=2, attempts=3, pause=lambda seconds: None)
    assert "60 of 60 scores are not stored" in str(refusal.value)
    assert "no time for them in 3 attempts" in str(refusal.value)
    assert "Run the stage again: it repeats the others harmlessly" in str(refusal.value)
    assert "lower connections (2) or raise attempts" in str(refusal.value)


def test_a_single_connection_is_not_to_be_lowered():
    with pytest.raises(Unavailable) as refusal:
        write_scores(
            FakeScoresTable(busy=[25] * 1000), items(30), connections=1, attempts=2,
            pause=lambda seconds: None,
        )  # fmt: skip
    assert "If the table is too busy, raise attempts" in str(refusal.value)


def test_once_a_table_is_too_busy_the_other_batches_spare_it():
    table = FakeScoresTable(busy=[25] * 1000)
    with pytest.raises(Unavailable):
        write_scores(table, items(1000), connections=1, attempts=3, pause=lambda seconds: None)
    assert table.writes == 3


def test_a_rerun_after_giving_up_stores_the_rest():
    table = FakeScoresTable(busy=[0, 25, 25])
    objects = FakeObjectStore()
    execution = scored_day(objects, scored_table([0.2] * 50))
    with pytest.raises(Unavailable, match="25 of 50"):
        store(execution, StoreParams(connections=1, attempts=2), table)
    assert store(open_day(objects), PARAMS, table).stored == 50
    assert len(table.items) == 50


def test_the_pauses_grow_and_are_random_between_nothing_and_five_seconds():
    waited: list[float] = []
    busy = FakeScoresTable(busy=[25] * 12)
    assert len(write_batch(busy, items(25), 12, pause=waited.append).items) == 25
    assert len(waited) == 11
    assert all(0 <= wait <= 5 for wait in waited)
    longest = [max(list(pauses(12))[attempt] for _ in range(200)) for attempt in (0, 3, 11)]
    assert longest[0] <= 0.05 < longest[1] <= 0.4 < longest[2] <= 5


def test_a_missing_table_says_how_to_get_it_and_that_nothing_was_stored():
    execution = scored_day(FakeObjectStore(), scored_table([0.9]))
    with pytest.raises(NotFound, match="ceap aws up") as refusal:
        store(execution, PARAMS, FakeScoresTable(exists=False))
    assert "Nothing was stored" in str(refusal.value)


def test_a_day_that_was_not_scored_is_refused_with_the_stage_to_run():
    with pytest.raises(NotFound, match="ceap stage inference/score"):
        store(open_day(FakeObjectStore()), PARAMS, FakeScoresTable())


def test_a_day_without_transactions_is_stored_with_counts_of_0():
    output = store(scored_day(FakeObjectStore(), scored_table([])), PARAMS, FakeScoresTable())
    assert (output.stored, output.average_score) == (0, 0.0)
    assert {(band.count, band.share) for band in output.bands.values()} == {(0, 0.0)}
    assert output.band_table().height == 3


def test_a_transaction_without_a_category_is_stored_without_one():
    table = FakeScoresTable()
    scored = scored_table([0.9]).with_columns(category=None)
    store(scored_day(FakeObjectStore(), scored), PARAMS, table)
    assert [item.category for item in table.items.values()] == [None]
