"""Scored: the output and the table of the score stage, for the stages after it."""

from datetime import date, datetime
from io import BytesIO

import polars as pl
from pydantic import BaseModel

from foundation.commands import run_stage
from foundation.errors import NotFound
from foundation.executions import Execution
from fraud.data.arrays import Scores
from fraud.scoring.requests import Incoming

STAGE = "score"
SCORED = "scored.parquet"


class ScoreOutput(BaseModel):
    """Counts of the day that was scored, and the model that scored it."""

    day: date
    received: int
    scored: int
    rejected: int
    reasons: dict[str, int]  # rule → transactions that break it; one may break several
    endpoint: str
    model_digest: str
    threshold: float | None = None  # of this model; None: endpoint.json did not name it
    seconds: float

    def reason_table(self) -> pl.DataFrame:
        """Return the number of rejected transactions by reason."""
        names, counts = list(self.reasons), list(self.reasons.values())
        columns = {"reason": names, "transactions": counts}
        return pl.DataFrame(columns, schema={"reason": pl.String, "transactions": pl.Int64})


def scored_table(incoming: Incoming, scores: Scores, moment: datetime) -> pl.DataFrame:
    """Return the accepted transactions with their scores, in the order of the batch."""
    return pl.DataFrame(
        {
            "id": incoming.ids,
            "timestamp": incoming.timestamps,
            "amount": incoming.amounts,
            "category": incoming.categories,
            "fraud_score": scores,
            "scoring_timestamp": [utc_text(moment)] * len(incoming.ids),
        }
    )


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


def utc_text(moment: datetime) -> str:
    """Return a UTC moment in ISO 8601 with milliseconds and Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
