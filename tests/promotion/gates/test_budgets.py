"""A model that is too large or too slow for production is refused."""

from itertools import count

import pytest

from fakes.promotions.candidates import GateInputs, refused
from promotion.gates.budgets import CALLS, WARM_UP, Latency, latency_gate, measure_latency
from promotion.policy import Budgets, Policy


def test_a_model_that_takes_too_much_room_is_refused(inputs: GateInputs) -> None:
    size = sum(map(len, inputs.candidate.recorded.model.to_files().values()))
    small = inputs.gates(Policy(budgets=Budgets(maximum_bytes=size - 1)))
    assert refused(small) == {"size": f"Its files have {size:,} of {size - 1:,} bytes."}
    assert refused(inputs.gates(Policy(budgets=Budgets(maximum_bytes=size)))) == {}


def test_a_model_that_takes_too_long_is_refused(inputs: GateInputs) -> None:
    hurried = Policy(budgets=Budgets(maximum_p99_milliseconds=1e-6))  # no model is that fast
    reason = refused(inputs.gates(hurried))["latency"]
    assert reason.endswith("of 1e-06 ms.")


def test_a_few_slow_calls_are_not_the_median_but_the_ninety_ninth(inputs: GateInputs) -> None:
    """A clock that says 1 ms a call, but 80 ms for five of them."""
    model, ticks = inputs.candidate.recorded.model, count()
    slow = {WARM_UP + place for place in (0, 50, 100, 200, 299)}
    now = [0.0]

    def clock() -> float:
        tick = next(ticks)
        if tick % 2:
            now[0] += 0.080 if tick // 2 in slow else 0.001
        return now[0]

    found = measure_latency(model, inputs.rows, clock)
    assert next(ticks) == 2 * (WARM_UP + CALLS)
    assert found == pytest.approx(Latency(1.0, 80.0))
    gate = latency_gate(found, Budgets(maximum_p99_milliseconds=50))
    assert (gate.verdict, gate.reason) == (
        "fail", "It takes 80 ms to score one transaction in 99 of 100 cases, of 50 ms.",
    )  # fmt: skip
    assert gate.figures == pytest.approx({"p50_milliseconds": 1.0, "p99_milliseconds": 80.0})


def test_calls_before_the_model_is_warm_do_not_count(inputs: GateInputs) -> None:
    ticks, now = count(), [0.0]

    def clock() -> float:
        tick = next(ticks)
        if tick % 2:
            now[0] += 5.0 if tick // 2 < WARM_UP else 0.001
        return now[0]

    found = measure_latency(inputs.candidate.recorded.model, inputs.rows[:1], clock)
    assert found.p99 == pytest.approx(1.0)
