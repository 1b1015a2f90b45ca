"""Scored: the output and the table of the score stage, for the stages after it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO

import polars as pl
from pydantic import BaseModel, Field

from foundation.commands import run_stage
from foundation.errors import NotFound
from foundation.executions import Execution
from foundation.record import Record
from fraud.data.arrays import Scores
from fraud.scoring.entities import ENTITIES
from fraud.scoring.field_use import feature_notes
from fraud.scoring.requests import BatchLaws, Incoming
from fraud.scoring.transaction_fields import field_hint

STAGE = "score"
SCORED = "scored.parquet"
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "id": pl.String,
    "timestamp": pl.String,
    "amount": pl.Float64,
    "category": pl.String,
    "fraud_score": pl.Float64,
    "scoring_timestamp": pl.String,
    ENTITIES: pl.List(pl.Struct({"role": pl.String, "text": pl.String})),
}


class InputCounts(Record):
    """The values of one column that a model cannot use, or has never seen the like of.

    `outside` counts numbers beyond the range of training, and is None where none is known.
    """

    missing: int
    unknown: int
    outside: int | None
    constant: bool  # every known value is the same


class ScoreOutput(BaseModel):
    """Counts of the day that was scored, and the model that scored it.

    `notes` are sentences about what is unusual in the batch, though it was scored.
    `inputs` counts the unusual values of each column of the model, and `unknown_features` the
    transactions with a feature that the model does not know; both are empty in outputs from before.
    """

    day: date
    received: int
    scored: int
    rejected: int
    reasons: dict[str, int]  # rule → transactions that break it; one may break several
    ignored_fields: dict[str, int] = Field(default={})  # field that nothing uses → transactions
    notes: list[str] = Field(default=[])
    endpoint: str
    model_digest: str
    threshold: float | None = None  # of this model; None: endpoint.json did not name it
    inputs: dict[str, InputCounts] = {}
    unknown_features: dict[str, int] = {}
    seconds: float

    def reason_table(self) -> pl.DataFrame:
        """Return the number of rejected transactions by reason."""
        names, counts = list(self.reasons), list(self.reasons.values())
        columns = {"reason": names, "transactions": counts}
        return pl.DataFrame(columns, schema={"reason": pl.String, "transactions": pl.Int64})

    def input_table(self) -> pl.DataFrame:
        """Return the shares of missing, unknown and out-of-range values by column, worst first."""
        rows = [
            (
                name,
                each.missing / max(self.scored, 1),
                each.unknown / max(self.scored, 1),
                None if each.outside is None else each.outside / max(self.scored, 1),
                each.constant,
            )
            for name, each in self.inputs.items()
        ]
        names = ("column", "missing", "unknown", "out of range", "constant")
        kinds = (pl.String, pl.Float64, pl.Float64, pl.Float64, pl.Boolean)
        table = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
        worst = pl.max_horizontal(*names[1:4], pl.col("constant").cast(pl.Float64))
        return table.sort(worst, descending=True, maintain_order=True)


def scored_table(incoming: Incoming, scores: Scores, moment: datetime) -> pl.DataFrame:
    """Return the accepted transactions with their scores, in the order of the batch.

    `amount` is null where a transaction has none.
    """
    columns = {
        "id": incoming.ids,
        "timestamp": incoming.timestamps,
        "amount": incoming.amounts,
        "category": incoming.categories,
        "fraud_score": scores,
        "scoring_timestamp": [utc_text(moment)] * len(incoming.ids),
        ENTITIES: entities_column(incoming.entities),
    }
    return pl.DataFrame(columns, schema=SCHEMA).with_columns(pl.col("amount").fill_nan(None))


def batch_notes(incoming: Incoming, laws: BatchLaws) -> list[str]:
    """Return a sentence for each thing that is unusual about a batch, and stops nothing."""
    if not incoming.received:
        return ["The batch holds no transactions: it is a day without any."]
    ignored = [_ignored(name, count, laws) for name, count in incoming.ignored_fields.items()]
    return [*ignored, *feature_notes(incoming.fields)]


def _ignored(name: str, count: int, laws: BatchLaws) -> str:
    hint = field_hint(name, laws.columns.features)
    told = f" ({hint})" if hint else ""
    carried = "1 transaction has" if count == 1 else f"{count:,} transactions have"
    return f"{carried} a field {name!r} that nothing uses{told}."


def entities_column(entities: Sequence[Mapping[str, str]]) -> pl.Series:
    """Return the entities of each transaction as a list of roles with their texts, in order.

    Grouping a flat table takes a tenth of the time that polars takes for nested dictionaries.
    """
    named = [
        (place, role, text) for place, one in enumerate(entities) for role, text in one.items()
    ]
    schema = {"place": pl.UInt32, "role": pl.String, "text": pl.String}
    pairs = pl.DataFrame(named, schema=schema, orient="row")
    listed = pairs.group_by("place", maintain_order=True).agg(
        pl.struct("role", "text").alias(ENTITIES)
    )
    places = pl.DataFrame({"place": range(len(entities))}, schema={"place": pl.UInt32})
    every = places.join(listed, on="place", how="left", maintain_order="left")
    return every[ENTITIES].fill_null(pl.Series([[]], dtype=SCHEMA[ENTITIES]))


def read_entities(scored: pl.DataFrame) -> list[dict[str, str]]:
    """Return the entities of each transaction by role; older tables hold none."""
    if ENTITIES not in scored.columns:
        return [{}] * scored.height
    return [{one["role"]: one["text"] for one in named} for named in scored[ENTITIES].to_list()]


def write_scored(execution: Execution, scored: pl.DataFrame) -> None:
    """Write the scored transactions for the stages after score."""
    file = BytesIO()
    scored.write_parquet(file, compression="zstd")
    execution.write_for(STAGE, SCORED, file.getvalue())


def read_scored(execution: Execution) -> pl.DataFrame:
    """Read the scored transactions of the execution; NotFound before its score stage has run."""
    try:
        return pl.read_parquet(execution.read_from(STAGE, SCORED))
    except NotFound as error:
        message = (
            f"Execution {execution.id} has scored nothing yet. Run its score stage first: "
            f"{run_stage('inference/score', execution.id)}. Nothing was touched."
        )
        raise NotFound(message) from error


def average_score(scores: Scores) -> float:
    """Return the mean of the scores of a day; 0 of none."""
    return float(scores.mean()) if len(scores) else 0.0


def utc_text(moment: datetime) -> str:
    """Return a UTC moment in ISO 8601 with milliseconds and Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
