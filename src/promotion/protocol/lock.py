"""Promotion lock: promotions, recoveries, repairs and freezes run one at a time."""

from contextlib import AbstractContextManager

from foundation import locations
from foundation.stores.lease import Lease, hold_lease
from promotion.production import ProductionSession

PATIENCE_SECONDS = 30.0  # a promotion holds the lock for seconds


def promotion_lock(
    production: ProductionSession, patience_seconds: float | None = None
) -> AbstractContextManager[Lease]:
    """Wait for the lock and hold it; Busy when others hold it for longer than the patience."""
    return hold_lease(
        production.objects,
        production.bucket,
        locations.PROMOTION_LEASE,
        what="Promotion",
        patience_seconds=PATIENCE_SECONDS if patience_seconds is None else patience_seconds,
    )
