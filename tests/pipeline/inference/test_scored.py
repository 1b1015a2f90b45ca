"""The scored transactions are read as they were written, to the last digit."""

from datetime import UTC, datetime

import pytest

from fakes.data.scored_day import open_day, scored_table
from fakes.ports.object_store import FakeObjectStore
from foundation.errors import NotFound
from pipeline.inference.scored import (
    ScoreOutput,
    read_entities,
    read_scored,
    utc_text,
    write_scored,
)


def test_scores_are_read_as_they_were_written():
    objects, scored = FakeObjectStore(), scored_table([0.1, 1 / 3, 5e-324])
    write_scored(open_day(objects), scored)
    assert read_scored(open_day(objects)).equals(scored)


def test_entities_are_read_as_they_were_delivered_and_in_their_order():
    entities = [{"customer": "C-1", "card": "1"}, {}, {"card": "2", "customer": "C-2"}]
    scored = scored_table([0.1, 0.2, 0.3], entities=entities)
    objects = FakeObjectStore()
    write_scored(open_day(objects), scored)
    read = read_entities(read_scored(open_day(objects)))
    assert read == entities
    assert [list(one) for one in read] == [list(one) for one in entities]


def test_a_table_from_before_there_were_entities_has_none():
    assert read_entities(scored_table([0.1, 0.2]).drop("entities")) == [{}, {}]


def test_before_the_score_stage_the_way_out_is_to_run_it():
    with pytest.raises(NotFound, match="ceap stage inference/score --execution-id 2026-11-21-a"):
        read_scored(open_day(FakeObjectStore()))


def test_a_moment_is_written_with_milliseconds_and_its_zone():
    assert utc_text(datetime(2026, 11, 22, 1, 0, 0, 5_999, UTC)) == "2026-11-22T01:00:00.005Z"


def test_reasons_make_a_table_even_where_there_are_none():
    output = ScoreOutput.model_construct(reasons={})
    assert output.reason_table().columns == ["reason", "transactions"]
    assert output.model_copy(update={"reasons": {"id": 2}}).reason_table().rows() == [("id", 2)]
