"""Scoring: every row gets the score of one model, however rows are sent."""

import threading

import numpy as np
import polars as pl
import pytest
import stamina
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.ports.endpoints import FakeEndpoints, sigmoid_of_sum
from fakes.processes.patience import PATIENCE_SECONDS
from foundation.errors import InvalidData, NotFound, RowsRefused, Unavailable
from fraud.scoring.model_columns import ModelColumns, model_columns
from pipeline.scoring import LARGEST_BODY, batches_of, csv_of, most_rows, score_rows
from serving.payload import LARGEST_BODY as CONTAINER_TAKES
from serving.payload import rows_from_body
from serving.rejection import Rejected

unhurried = settings(deadline=None)  # other processes share this machine
NAME, DIGEST = "fraud-detection-prod", "a" * 64
COLUMNS = ("V1", "V2", "Amount")
ROWS = np.random.default_rng(0).normal(size=(103, 3))


@pytest.fixture(autouse=True)
def _without_waiting():
    before = stamina.is_testing()
    stamina.set_testing(True, attempts=100, cap=True)
    yield
    stamina.set_testing(before)


@pytest.fixture
def endpoints():
    fake = FakeEndpoints()
    fake.deploy(NAME, model_digest=DIGEST)
    return fake


def score(endpoints, rows=ROWS, **options):
    return score_rows(endpoints, NAME, rows, COLUMNS, **{"batch_rows": 10, **options})


numbers = st.floats(allow_nan=False, allow_infinity=False)


@unhurried
@given(rows=st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=20))
def test_numbers_reach_the_endpoint_to_the_last_bit(rows):
    matrix = np.array(rows, dtype=np.float64)
    sent = pl.read_csv(csv_of(matrix, COLUMNS), infer_schema=False).rows()
    assert np.array([[float(text) for text in row] for row in sent]).tobytes() == matrix.tobytes()


@unhurried
@given(rows=st.lists(st.tuples(*[st.floats(-1e30, 1e30)] * 3), min_size=1, max_size=20))
def test_what_the_pipeline_writes_the_container_reads(rows):
    matrix = np.array(rows, dtype=np.float64)
    read = rows_from_body(csv_of(matrix, COLUMNS), "text/csv", model_columns(COLUMNS))
    assert read.tobytes() == matrix.tobytes()


words = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\ufffd"), min_size=1)


@st.composite
def mixed_rows(draw):
    """A model with a category of any texts and a gap, and rows for it."""
    texts = tuple(draw(st.lists(words.filter(str.strip), unique=True, max_size=6)))
    codes = st.sampled_from([*map(float, range(len(texts))), np.nan])
    number = st.floats(-1e30, 1e30)
    row = st.tuples(number | st.just(np.nan), codes, number, number)
    columns = ModelColumns(("V1", "Shop", "Amount", "Time"), {"Shop": texts}, frozenset({"V1"}))
    return columns, np.array(draw(st.lists(row, min_size=1, max_size=20)))


@unhurried
@given(mixed=mixed_rows())
def test_texts_and_gaps_reach_the_container_as_they_were(mixed):
    columns, matrix = mixed
    read = rows_from_body(csv_of(matrix, columns), "text/csv", columns)
    np.testing.assert_array_equal(read, matrix)
    assert np.array_equal(np.signbit(read[:, 2:]), np.signbit(matrix[:, 2:]))


@unhurried
@given(mixed=mixed_rows())
def test_the_largest_batch_fits_whatever_the_texts_are(mixed):
    columns, matrix = mixed
    bytes_a_row = (len(csv_of(matrix, columns)) - len('"V1",Shop,Amount,Time\n')) / len(matrix)
    assert bytes_a_row * most_rows(columns) <= LARGEST_BODY


def test_rows_are_written_as_texts_and_empty_cells():
    columns = ModelColumns(
        ("V1", "Shop", "Amount", "Time"), {"Shop": ("web", 'a,"b"')}, frozenset({"V1"})
    )
    rows = np.array([[np.nan, 1, 9.5, 60], [1, np.nan, 2, 3], [2, 0, 2, 3]])
    written = csv_of(rows, columns).decode()
    assert written == 'V1,Shop,Amount,Time\n,"a,""b""",9.5,60.0\n1.0,,2.0,3.0\n2.0,web,2.0,3.0\n'


def test_nan_where_none_may_stand_is_refused_by_the_container():
    rows, columns = np.array([[1, 0, np.nan, 3]]), ModelColumns(tuple("abcd"), {"b": ("x",)})
    with pytest.raises(Rejected, match="Column c takes a finite number, but in row 1 it is NaN"):
        rows_from_body(csv_of(rows, columns), "text/csv", columns)


@unhurried
@given(count=st.integers(1, 60), batch_rows=st.integers(1, 70), connections=st.integers(1, 6))
def test_scoring_in_chunks_equals_scoring_at_once(count, batch_rows, connections):
    fake = FakeEndpoints()
    fake.deploy(NAME, model_digest=DIGEST)
    scored = score(fake, ROWS[:count], batch_rows=batch_rows, connections=connections)
    assert np.array_equal(scored.scores, sigmoid_of_sum(ROWS[:count]))
    assert scored.model_digest == DIGEST
    assert sum(rows for _, rows in fake.requests) == count


@unhurried
@given(rows=st.integers(0, 1000), batch_rows=st.integers(1, 300))
def test_batches_cover_every_row_once(rows, batch_rows):
    covered = [row for batch in batches_of(rows, batch_rows) for row in range(rows)[batch]]
    assert covered == list(range(rows))


@pytest.mark.parametrize("value", [-np.finfo(float).max, -np.finfo(float).tiny, np.pi])
def test_the_largest_batch_fits_whatever_the_numbers_are(value):
    columns = [f"V{number}" for number in range(30)]
    body = csv_of(np.full((most_rows(columns), 30), value), columns)
    assert len(body) <= LARGEST_BODY < CONTAINER_TAKES


@pytest.mark.parametrize("failure", ["is slow", "answers 500"])
def test_what_passes_is_tried_again(endpoints, failure):
    endpoints.fail_next(failure, times=4)
    assert np.array_equal(score(endpoints).scores, sigmoid_of_sum(ROWS))
    assert len(endpoints.requests) == 11 + 4


@pytest.mark.parametrize("failure", ["is slow", "answers 500"])
def test_what_does_not_pass_ends_with_its_reason(endpoints, failure):
    endpoints.fail_next(failure, times=1_000)
    with pytest.raises(Unavailable, match=NAME):
        score(endpoints, attempts=3, connections=1)
    assert len(endpoints.requests) <= 3 * 11


WRONG = [
    ("answers NaN", InvalidData, "answered nan"),
    ("answers 1.5", InvalidData, r"answered 1\.5"),
    ("answers too few", InvalidData, "10 rows with 9 scores"),
    ("answers no JSON", InvalidData, "<html>"),
    ("is gone", NotFound, "ceap run training"),
]


@pytest.mark.parametrize(("failure", "kind", "says"), WRONG)
def test_what_cannot_pass_is_not_tried_again(endpoints, failure, kind, says):
    endpoints.fail_next(failure, times=1_000)
    with pytest.raises(kind, match=says):
        score(endpoints, connections=1)
    assert len(endpoints.requests) <= 11


def test_a_refused_row_is_named_by_its_place_among_all_rows():
    class RefusingTheSecondBatch(FakeEndpoints):
        def invoke(self, name, body, content_type):
            if len(self.requests) == 1:
                self.fail_next("refuses row 1")
            return super().invoke(name, body, content_type)

    refusing = RefusingTheSecondBatch()
    refusing.deploy(NAME, model_digest=DIGEST)
    with pytest.raises(RowsRefused, match=r"refused row 11 of 20 \(row 1 of its batch\)") as caught:
        score(refusing, ROWS[:20], connections=1)
    assert (caught.value.row, caught.value.column) == (11, "V1")


def test_a_model_that_changes_half_way_is_scored_again_whole(endpoints):
    endpoints.fail_next("changes model")
    scored = score(endpoints)
    assert scored.model_digest == DIGEST
    assert np.array_equal(scored.scores, sigmoid_of_sum(ROWS))
    assert len(endpoints.requests) == 2 * 11


def test_a_model_that_keeps_changing_is_refused_rather_than_mixed():
    class Restless(FakeEndpoints):
        def invoke(self, name, body, content_type):
            if len(self.requests) % 2:
                self.fail_next("changes model")
            return super().invoke(name, body, content_type)

    restless = Restless()
    restless.deploy(NAME, model_digest=DIGEST)
    with pytest.raises(Unavailable, match="one model"):
        score(restless, connections=1)


def test_progress_counts_every_row_once(endpoints):
    seen = []
    score(endpoints, on_batch=lambda scored, total: seen.append((scored, total)))
    assert [total for _, total in seen] == [103] * 11
    assert [scored for scored, _ in seen] == sorted({scored for scored, _ in seen})
    assert seen[-1] == (103, 103)


def test_batches_travel_side_by_side():
    together = threading.Barrier(3, timeout=PATIENCE_SECONDS)

    def scorer(rows):
        together.wait()
        return sigmoid_of_sum(rows)

    fake = FakeEndpoints(lambda digest: scorer)
    fake.deploy(NAME, model_digest=DIGEST)
    assert len(score(fake, ROWS[:30], connections=3).scores) == 30


@pytest.mark.parametrize("rows", [np.empty((0, 3)), np.empty((4, 2)), np.empty(3)])
def test_what_is_no_matrix_is_refused_before_anything_is_sent(endpoints, rows):
    with pytest.raises(InvalidData, match="Nothing was sent"):
        score(endpoints, rows)
    assert endpoints.requests == []
