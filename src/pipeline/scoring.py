"""Scoring: fraud scores of many rows, from an endpoint, over parallel connections."""

import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import orjson
import polars as pl
import stamina

from foundation.errors import InvalidData, RowsRefused, Unavailable
from fraud.data.arrays import Matrix
from fraud.scoring.model_columns import ModelColumns, model_columns

if TYPE_CHECKING:
    from pipeline.services.endpoints import Endpoints

OnBatch = Callable[[int, int], None]

LARGEST_BODY = 6_000_000  # bytes; InvokeEndpoint takes 6 MiB
LONGEST_NUMBER = 25  # -2.2250738585072014e-308 and its separator
PASSES = 3  # over all rows, while a deployment changes the model
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.1, 5.0


@dataclass(frozen=True)
class ScoredRows:
    """A score in [0, 1] for every row, in order, all by one model."""

    scores: Matrix
    model_digest: str


@dataclass(frozen=True)
class ScoringRequests:
    """Rows to score: the endpoint, the column names, and the attempts per request."""

    endpoints: "Endpoints"
    endpoint_name: str
    rows: Matrix
    columns: ModelColumns
    attempts: int

    def score(self, batch: slice) -> ScoredRows:
        """Score one batch of rows, retrying on Unavailable only."""
        body = csv_of(self.rows[batch], self.columns)
        for attempt in stamina.retry_context(
            on=Unavailable,
            attempts=self.attempts,
            timeout=None,
            wait_initial=FIRST_WAIT_SECONDS,
            wait_max=LONGEST_WAIT_SECONDS,
        ):
            with attempt:
                data = self._invoke(body, batch)
        return parse_answer(data, batch.stop - batch.start, self.endpoint_name)

    def _invoke(self, body: bytes, batch: slice) -> bytes:
        try:
            return self.endpoints.invoke(self.endpoint_name, body, "text/csv")
        except RowsRefused as refused:
            if refused.row is None:
                raise
            row = batch.start + refused.row
            message = (
                f"Endpoint {self.endpoint_name} refused row {row} of {len(self.rows)} (row "
                f"{refused.row} of its batch): {refused.reason} No score was kept."
            )
            raise RowsRefused(message, refused.reason, row, refused.column) from refused


def score_rows(
    endpoints: "Endpoints",
    endpoint_name: str,
    rows: Matrix,
    columns: Sequence[str] | ModelColumns,
    *,
    batch_rows: int = 2_500,
    connections: int = 4,
    attempts: int = 5,
    on_batch: OnBatch | None = None,
) -> ScoredRows:
    """Score float64[n, columns] through the endpoint; all or nothing, and all by one model.

    Args:
        endpoints: Port of SageMaker's endpoints.
        endpoint_name: The endpoint to call.
        rows: float64[n, columns], with codes for texts and NaN for what is missing.
        columns: Names are enough for columns of numbers; ModelColumns for texts or gaps.
        batch_rows: Rows a request, at most; a request is also limited by its size.
        connections: Requests at the same time.
        attempts: Attempts a request, with growing pauses.
        on_batch: Gets the number of rows scored so far, and of all rows.

    Raises:
        InvalidData: The rows have another shape, or an answer is not one score in [0, 1] a row.
        RowsRefused: The model rejects a row.
        Unavailable: Attempts ran out, or the model kept changing.
    """
    taken = model_columns(columns)
    _require_matrix(rows, taken.names)
    requests = ScoringRequests(endpoints, endpoint_name, rows, taken, attempts)
    batches = batches_of(len(rows), min(batch_rows, most_rows(taken)))
    for _ in range(PASSES):
        answers = _score_batches(requests, batches, connections, on_batch)
        if len({answer.model_digest for answer in answers}) == 1:
            scores = np.concatenate([answer.scores for answer in answers])
            return ScoredRows(scores, answers[0].model_digest)
    message = (
        f"All rows must be scored by one model, but endpoint {endpoint_name} changed its model "
        f"during each of {PASSES} passes over {len(rows)} rows. No score was kept; try again once "
        "the deployment is over."
    )
    raise Unavailable(message)


def batches_of(rows: int, batch_rows: int) -> list[slice]:
    """Return consecutive slices of at most `batch_rows` that cover `rows` rows."""
    return [slice(at, min(at + batch_rows, rows)) for at in range(0, rows, batch_rows)]


def most_rows(columns: Sequence[str] | ModelColumns) -> int:
    """Return how many rows fit into one request body, however long their numbers are."""
    taken = model_columns(columns)
    header = len(",".join(f'"{name}"' for name in taken.names).encode())
    longest = sum(_longest_cell(taken.categories.get(name)) for name in taken.names)
    return max(1, (LARGEST_BODY - header) // longest)


def csv_of(rows: Matrix, columns: Sequence[str] | ModelColumns) -> bytes:
    """Return rows as CSV with a header; every number survives to the last bit.

    Codes become their texts, and NaN of a nullable column becomes an empty cell.
    """
    taken, body = model_columns(columns), io.BytesIO()
    table = pl.from_numpy(rows, schema=list(taken.names))
    gaps = [pl.col(name).fill_nan(None) for name in sorted(taken.optional)]
    if gaps:
        table = table.with_columns(gaps).with_columns(
            _texts(name, texts) for name, texts in taken.categories.items()
        )
    table.write_csv(body)
    return body.getvalue()


def parse_answer(data: bytes, rows: int, endpoint: str) -> ScoredRows:
    """Parse an answer of the endpoint; InvalidData unless it holds a score in [0, 1] a row."""
    try:
        answer = orjson.loads(data)
        scores = np.array(answer["scores"], dtype=np.float64)
        digest = str(answer["model_digest"])
    except (ValueError, TypeError, KeyError) as error:
        message = (
            f"Endpoint {endpoint} must answer with a model_digest and scores, but it answered "
            f"{data[:80]!r}. No score was kept."
        )
        raise InvalidData(message) from error
    if scores.shape != (rows,):
        message = (
            f"Every row must get a score, but endpoint {endpoint} answered {rows} rows with "
            f"{scores.size} scores. No score was kept."
        )
        raise InvalidData(message)
    good = (scores >= 0) & (scores <= 1)
    if not good.all():
        wrong = scores[np.argmin(good)]
        message = (
            f"A score is a number from 0 to 1, but endpoint {endpoint} answered {wrong}. "
            "No score was kept."
        )
        raise InvalidData(message)
    return ScoredRows(scores, digest)


def _texts(name: str, texts: Sequence[str]) -> pl.Expr:
    return pl.lit(pl.Series(texts, dtype=pl.String)).gather(pl.col(name).cast(pl.Int64)).alias(name)


def _longest_cell(texts: Sequence[str] | None) -> int:
    """Return the most bytes that a cell takes with its separator; CSV doubles each quote."""
    if texts is None:
        return LONGEST_NUMBER
    return max((len(text.encode()) + text.count('"') for text in texts), default=0) + len('"",')


def _score_batches(
    requests: ScoringRequests, batches: list[slice], connections: int, on_batch: OnBatch | None
) -> list[ScoredRows]:
    threads = ThreadPoolExecutor(min(connections, len(batches)), thread_name_prefix="scoring")
    try:
        futures = {threads.submit(requests.score, batch): batch for batch in batches}
        scored = 0
        for future in as_completed(futures):
            future.result()
            scored += futures[future].stop - futures[future].start
            if on_batch is not None:
                on_batch(scored, len(requests.rows))
        return [future.result() for future in futures]
    finally:
        # After a failure, batches that have not begun are cancelled.
        threads.shutdown(cancel_futures=True)


def _require_matrix(rows: Matrix, columns: Sequence[str]) -> None:
    if rows.ndim != 2 or rows.shape[1] != len(columns) or not len(rows):
        message = (
            f"Scoring needs at least one row of {len(columns)} values, not an array of shape "
            f"{rows.shape}. Nothing was sent."
        )
        raise InvalidData(message)
