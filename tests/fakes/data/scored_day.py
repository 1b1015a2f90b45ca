"""A day that was scored: what the score stage leaves, for tests of the stages after it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import polars as pl

from fakes.ports.settings import fake_settings
from foundation.executions import Execution
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore
from pipeline.inference.scored import ScoreOutput, entities_column, write_scored

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MODEL = "a" * 64


def scored_table(
    scores: Sequence[float],
    *,
    categories: Sequence[str] = (),
    entities: Sequence[Mapping[str, str]] = (),
) -> pl.DataFrame:
    """Make a scored table; transaction t-0 has the first score."""
    count = len(scores)
    return pl.DataFrame(
        {
            "id": [f"t-{number}" for number in range(count)],
            "timestamp": ["2026-11-21T09:30:00Z"] * count,
            "amount": [10.0 + number for number in range(count)],
            "category": list(categories) or ["electronics"] * count,
            "fraud_score": [float(score) for score in scores],
            "scoring_timestamp": ["2026-11-22T01:00:00.000Z"] * count,
            "entities": entities_column(entities or [{}] * count),
        },
        schema_overrides={"id": pl.String, "fraud_score": pl.Float64, "amount": pl.Float64},
    )


def scored_day(
    store: ObjectStore,
    scored: pl.DataFrame,
    *,
    execution_id: str = "2026-11-21-a",
    day: date = DAY,
    model: str = MODEL,
    threshold: float | None = 0.8,
    settings: Settings | None = None,
) -> Execution:
    """Leave `scored` as the score stage does; return an execution for the next stage.

    `threshold` is that of the model, None for an endpoint.json without one.
    """
    execution = open_day(store, execution_id=execution_id, day=day, settings=settings)
    write_scored(execution, scored)
    execution.finish(
        "score",
        ScoreOutput(
            day=day,
            received=scored.height,
            scored=scored.height,
            rejected=0,
            reasons={},
            endpoint="fraud-detection-prod",
            model_digest=model,
            threshold=threshold,
            seconds=0.5,
        ),
    )
    return open_day(store, execution_id=execution_id, day=day, settings=settings)


def open_day(
    store: ObjectStore,
    *,
    execution_id: str = "2026-11-21-a",
    day: date = DAY,
    settings: Settings | None = None,
) -> Execution:
    return Execution(execution_id, store, settings or fake_settings(), day=day, now=lambda: NOW)
