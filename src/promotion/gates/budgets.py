"""Budgets: the latency of scoring one transaction, and the size of the model files."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from fraud.data.arrays import Matrix
from fraud.model.fraud_model import FraudModel
from promotion.gates.result import pass_or_fail
from promotion.policy import Budgets
from promotion.records import GateResult

WARM_UP, CALLS, ROUNDS = 20, 300, 3


class Latency(NamedTuple):
    """Milliseconds to score one row in this process: median and 99th percentile."""

    p50: float
    p99: float


def measure_latency(
    model: FraudModel, rows: Matrix, clock: Callable[[], float] = time.perf_counter
) -> Latency:
    """Time scoring rows one at a time, as the endpoint does; warm-up calls are left out.

    The fastest of several rounds counts: other work on this machine can only make a round slower.
    """
    for call in range(WARM_UP):
        _seconds(model, rows, call, clock)
    rounds = [
        np.percentile([_seconds(model, rows, call, clock) for call in range(CALLS)], [50, 99])
        for _ in range(ROUNDS)
    ]
    p50, p99 = min(rounds, key=lambda each: float(each[1])) * 1000
    return Latency(float(p50), float(p99))


def _seconds(model: FraudModel, rows: Matrix, call: int, clock: Callable[[], float]) -> float:
    place = call % len(rows)
    began = clock()
    model.scores(rows[place : place + 1])
    return clock() - began


def latency_gate(found: Latency, budgets: Budgets) -> GateResult:
    """Refuse a model whose 99th percentile latency is above its budget."""
    bar = budgets.maximum_p99_milliseconds
    text = (
        f"takes {found.p99:.3g} ms to score one transaction in 99 of 100 cases, of {bar:g} ms "
        f"(the fastest of {ROUNDS} rounds)"
    )
    problems = [] if found.p99 <= bar else [f"it {text}"]
    figures = {"p50_milliseconds": found.p50, "p99_milliseconds": found.p99}
    return pass_or_fail("latency", problems, f"It {text}.", figures)


def size_gate(model: FraudModel, budgets: Budgets) -> GateResult:
    """Refuse a model whose files are larger than their budget."""
    size, bar = sum(map(len, model.to_files().values())), budgets.maximum_bytes
    text = f"files have {size:,} of {bar:,} bytes"
    problems = [] if size <= bar else [f"its {text}"]
    return pass_or_fail("size", problems, f"Its {text}.", {"bytes": float(size)})
