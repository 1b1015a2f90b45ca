"""Rejected: the transactions that score sets aside, with reasons, and the share allowed."""

import json
from collections import Counter
from math import isfinite
from typing import Any

from foundation import locations
from foundation.errors import InvalidData
from foundation.executions import Execution
from foundation.locations import uri
from fraud.scoring.requests import Incoming, SetAside

REJECTED = "rejected.json"


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


def require_enough_accepted(incoming: Incoming, maximum: float, execution: Execution) -> None:
    """Raise InvalidData when more than the share `maximum` of a batch was rejected."""
    rejected = len(incoming.set_aside)
    received = rejected + len(incoming.ids)
    if rejected / received <= maximum and incoming.ids:
        return
    first = incoming.set_aside[0]
    counts = ", ".join(f"{rule} {count:,}" for rule, count in reasons(incoming.set_aside).items())
    where = uri(
        execution.settings.workflow_bucket, locations.stage_key(execution.id, "score", REJECTED)
    )
    message = (
        f"{rejected:,} of {received:,} transactions of {execution.day} were set aside "
        f"({rejected / received:.1%}; maximum_rejected_share is {maximum:.1%}): {counts}. "
        f"The first, at position {first.position}: {first.problems[0].detail}. "
        f"All of them: {where}. Nothing was scored. Deliver the batch again, or raise "
        "maximum_rejected_share in params/inference/score.yaml."
    )
    raise InvalidData(message)


def _writable(value: Any) -> Any:
    """Return the value with NaN and infinities, which JSON lacks, as text."""
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {name: _writable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_writable(inner) for inner in value]
    return value
