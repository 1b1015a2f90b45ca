"""Rejected: the transactions that score sets aside, with reasons, and the share allowed."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any

from foundation import locations
from foundation.commands import deliver
from foundation.errors import InvalidData
from foundation.executions import Execution
from foundation.locations import uri
from fraud.scoring.day_window import utc_day
from fraud.scoring.requests import OTHER_DAY, BatchLaws, Incoming, SetAside

REJECTED = "rejected.json"
SHOWN_DAYS = 5


def reasons(set_aside: list[SetAside]) -> dict[str, int]:
    """Return the number of transactions that break each rule, the most frequent first."""
    counts = Counter(rule for one in set_aside for rule in {p.rule for p in one.problems})
    return dict(sorted(counts.items(), key=lambda count: (-count[1], count[0])))


def rejected_json(set_aside: list[SetAside]) -> bytes:
    """Return the rejected transactions as JSON: position, every reason, and the original."""
    listed = [
        {
            "position": one.position,
            "reasons": [problem._asdict() for problem in one.problems],
            "transaction": _writable(one.transaction),
        }
        for one in set_aside
    ]
    return json.dumps(listed, indent=1, allow_nan=False).encode()


def require_own_day(incoming: Incoming, laws: BatchLaws, execution: Execution) -> None:
    """Raise InvalidData, naming the days, when most of a batch is of other days than its own."""
    if fault := other_day_fault(incoming, laws):
        message = (
            f"{fault} All of them: {_place(execution)}. Nothing was scored. Deliver the "
            f"transactions of {execution.day}; those of another day belong into that day's own "
            f"batch: {deliver()}."
        )
        raise InvalidData(message)


def require_enough_accepted(incoming: Incoming, maximum: float, execution: Execution) -> None:
    """Raise InvalidData when more than the share `maximum` of a batch was rejected."""
    if fault := share_fault(incoming, maximum, execution.day):
        message = (
            f"{fault} All of them: {_place(execution)}. Nothing was scored. Deliver the batch "
            "again, or raise maximum_rejected_share in params/inference/score.yaml."
        )
        raise InvalidData(message)


def other_day_fault(incoming: Incoming, laws: BatchLaws) -> str | None:
    """Return a sentence with the days, when most of a batch is of other days than its own."""
    days = other_days(incoming.set_aside)
    strangers = sum(days.values())
    if laws.day is None or strangers * 2 <= incoming.received:
        return None
    return (
        f"The batch of {laws.day.day} is of another day: {strangers:,} of its "
        f"{incoming.received:,} transactions are not of {laws.day}, but of {listed_days(days)}."
    )


def share_fault(incoming: Incoming, maximum: float, day: date) -> str | None:
    """Return a sentence with the reasons, when more than the share `maximum` was rejected."""
    rejected, received = len(incoming.set_aside), incoming.received
    if not received or (rejected / received <= maximum and incoming.ids):
        return None
    first = incoming.set_aside[0]
    counts = ", ".join(f"{rule} {count:,}" for rule, count in reasons(incoming.set_aside).items())
    return (
        f"{rejected:,} of {received:,} transactions of {day} were set aside "
        f"({rejected / received:.1%}; maximum_rejected_share is {maximum:.1%}): {counts}. "
        f"The first, at position {first.position}: {first.problems[0].detail}."
    )


def other_days(set_aside: list[SetAside]) -> dict[date, int]:
    """Count the transactions of other days than that of the batch, by day, the commonest first."""
    strangers = (one for one in set_aside if OTHER_DAY in {p.rule for p in one.problems})
    moments = (datetime.fromisoformat(one.transaction["timestamp"]) for one in strangers)
    return dict(Counter(map(utc_day, moments)).most_common())


def listed_days(days: Mapping[date, int]) -> str:
    """Return days with their counts, the first few of them."""
    listed = ", ".join(f"{day} ({count:,})" for day, count in list(days.items())[:SHOWN_DAYS])
    more = f" and {len(days) - SHOWN_DAYS:,} days more" if len(days) > SHOWN_DAYS else ""
    return listed + more


def _place(execution: Execution) -> str:
    key = locations.stage_key(execution.id, "score", REJECTED)
    return uri(execution.settings.workflow_bucket, key)


def _writable(value: Any) -> Any:
    """Return the value with NaN and infinities, which JSON lacks, as text."""
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {name: _writable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_writable(inner) for inner in value]
    return value
