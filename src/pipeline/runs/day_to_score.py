"""Day to score: the day whose transactions an execution works on."""

from datetime import date

from foundation import locations
from foundation.commands import deliver, make_daily_batch
from foundation.errors import InvalidParams
from foundation.executions import batch_days
from foundation.locations import uri
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore
from pipeline.order import SCORES_A_DAY

NEAREST = 5  # days that are shown in place of one without a batch


def day_to_score(
    pipeline: str, requested: date | None, store: ObjectStore, settings: Settings
) -> date | None:
    """Return the requested day, else the newest with a batch; None for pipelines without a day.

    Raises InvalidParams when the day has no batch of transactions, or the pipeline takes no day.
    """
    if pipeline not in SCORES_A_DAY:
        _require_none(requested, pipeline)
        return None
    if requested and store.exists(settings.data_bucket, locations.daily_batch_key(requested)):
        return requested
    ready = batch_days(store, settings)
    if ready and requested is None:
        return ready[-1]
    raise _without_batch(requested, ready, settings.data_bucket)


def _require_none(requested: date | None, pipeline: str) -> None:
    if requested is not None:
        source = f"The day {requested}"
        raise InvalidParams(source, [f"{pipeline} works on the whole data set, not on one day"])


def _without_batch(requested: date | None, ready: list[date], bucket: str) -> InvalidParams:
    if requested is None:
        place = uri(bucket, locations.DAILY_BATCHES)
        problem = f"no day has a batch of transactions in {place}"
        way_out = f"deliver one: {deliver()}; or make one: {make_daily_batch()}"
        return InvalidParams("The day", [f"{problem}; {way_out}"])
    place = uri(bucket, locations.daily_batch_key(requested))
    way_out = f"deliver it: {deliver(requested)}; or make one: {make_daily_batch(requested)}"
    problem = (
        f"it has no batch of transactions: {place} is not there ({_nearest(requested, ready)})"
    )
    return InvalidParams(f"The day {requested}", [f"{problem}; {way_out}"])


def _nearest(requested: date, ready: list[date]) -> str:
    if not ready:
        return "nor is that of any other day"
    near = sorted(sorted(ready, key=lambda day: abs(day - requested))[:NEAREST])
    days = ", ".join(map(str, near))
    return f"days that have one: {days}" if near == ready else f"the nearest that have one: {days}"
