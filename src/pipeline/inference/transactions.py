"""Transactions: the scored transactions of a day with their features, kept for later.

One file a day, `transactions/{date}.parquet` in the data bucket, in the shape of the batch: a score
can be explained from it, and later trainings and windows read it. A repeat of the day replaces it
whole; which execution wrote it stands in every row, and its digest in that one's `output.json`. The
smaller `scored.parquet` stays what the stages after score read.
"""

from io import BytesIO

import numpy as np
import polars as pl

from foundation import locations
from foundation.executions import Execution
from fraud.scoring.entities import ENTITIES
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import Incoming


def transactions_table(
    incoming: Incoming, scored: pl.DataFrame, columns: ModelColumns, *, model_digest: str
) -> pl.DataFrame:
    """Return the scored transactions with the struct `features`, in the order of the batch.

    Texts are trimmed, and there also where the model does not know them; a missing value is null.
    """
    values = {
        name: pl.Series(incoming.texts[name], dtype=pl.String)
        if name in columns.categories
        else pl.Series(np.ascontiguousarray(incoming.features[:, place])).fill_nan(None)
        for place, name in enumerate(columns.features)
    }
    return scored.select(
        "id",
        "timestamp",
        "amount",
        "category",
        pl.DataFrame(values).to_struct("features"),
        ENTITIES,
        "fraud_score",
        "scoring_timestamp",
        pl.lit(model_digest).alias("model_digest"),
    )


def write_transactions(execution: Execution, table: pl.DataFrame) -> None:
    """Write the transactions of the day at once, replacing those of an earlier execution."""
    file = BytesIO()
    signed = table.with_columns(pl.lit(execution.id).alias("execution_id"))
    signed.write_parquet(file, compression="zstd", compression_level=1)
    key = locations.transactions_key(execution.day)
    execution.write(execution.settings.data_bucket, key, file.getvalue())


def read_transactions(execution: Execution) -> pl.DataFrame:
    """Read the transactions of the execution's day; NotFound where none were scored."""
    key = locations.transactions_key(execution.day)
    return pl.read_parquet(execution.read(execution.settings.data_bucket, key))
