"""Stops: a promotion that somebody stops at one of its steps."""

from typing import Any

import pytest

from fakes.promotions import planned
from promotion.production import Production
from promotion.protocol.execute_plan import carry_out
from promotion.records import Plan

AFTER_THE_COMMIT = (
    "projecting to Parameter Store",
    "archiving the configuration",
    "pointing the aliases of the model registry",
    "adding to the history",
)


def stopped_at(step: str) -> Any:
    """A stop button that is pressed when this step begins."""

    def told(now: str) -> None:
        if now == step:
            raise KeyboardInterrupt

    return told


def stopped(production: Production, candidate: dict[str, Any], step: str) -> Plan:
    """A promotion that was stopped at this step."""
    plan = planned(production, candidate)
    with pytest.raises(KeyboardInterrupt):
        carry_out(plan, production, told=stopped_at(step))
    return plan
