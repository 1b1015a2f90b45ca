"""Stops: a promotion that somebody stops at one of its steps."""

from typing import Any

import pytest

from fakes.promotions.promotions import planned
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.records import Plan

AFTER_THE_COMMIT = (
    "projecting to Parameter Store",
    "archiving the configuration",
    "pointing the aliases of the model registry",
    "adding to the history",
)


def stopped_at(step: str) -> Any:
    """A stop button that is pressed when this step begins."""

    def on_step(now: str) -> None:
        if now == step:
            raise KeyboardInterrupt

    return on_step


def stopped(production: ProductionSession, candidate: dict[str, Any], step: str) -> Plan:
    """A promotion that was stopped at this step."""
    plan = planned(production, candidate)
    with pytest.raises(KeyboardInterrupt):
        execute_plan(plan, production, on_step=stopped_at(step))
    return plan
