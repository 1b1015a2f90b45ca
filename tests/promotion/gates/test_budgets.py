"""A model that is too large or too slow for production is refused."""

from collections.abc import Callable
from itertools import count

import pytest

from fakes.promotions.candidates import GateInputs, refused
from promotion.gates.budgets import CALLS, ROUNDS, WARM_UP, Latency, latency_gate, measure_latency
from promotion.policy import Budgets, Policy


def clock_of(seconds: Callable[[int], float]) -> Callable[[], float]:
    """A clock that is read before and after each call, and by which call n takes `seconds(n)`."""
    ticks, now = count(), [0.0]

    def clock() -> float:
        tick = next(ticks)
        if tick % 2:
            now[0] += seconds(tick // 2)
        return now[0]

    return clock


def test_a_model_that_takes_too_much_room_is_refused(inputs: GateInputs) -> None:
    size = sum(map(len, inputs.candidate.recorded.model.to_files().values()))
    small = inputs.gates(Policy(budgets=Budgets(maximum_bytes=size - 1)))
    assert refused(small) == {"size": f"Its files have {size:,} of {size - 1:,} bytes."}
    assert refused(inputs.gates(Policy(budgets=Budgets(maximum_bytes=size)))) == {}


def test_a_model_that_takes_too_long_is_refused(inputs: GateInputs) -> None:
    hurried = Policy(budgets=Budgets(maximum_p99_milliseconds=1e-6))  # no model is that fast
    reason = refused(inputs.gates(hurried))["latency"]
    assert "of 1e-06 ms" in reason


def test_a_few_slow_calls_are_not_the_median_but_the_ninety_ninth(inputs: GateInputs) -> None:
    """A clock by which a call takes 1 ms, but 80 ms for five of each round."""
    model = inputs.candidate.recorded.model
    slow = {
        WARM_UP + CALLS * each + place for each in range(ROUNDS) for place in (0, 50, 100, 200, 299)
    }
    clock = clock_of(lambda call: 0.080 if call in slow else 0.001)
    found = measure_latency(model, inputs.rows, clock)
    assert found == pytest.approx(Latency(1.0, 80.0))
    gate = latency_gate(found, Budgets(maximum_p99_milliseconds=50))
    assert (gate.verdict, gate.reason) == (
        "fail",
        "It takes 80 ms to score one transaction in 99 of 100 cases, of 50 ms (the fastest of 3 "
        "rounds).",
    )  # fmt: skip
    assert gate.figures == pytest.approx({"p50_milliseconds": 1.0, "p99_milliseconds": 80.0})


def test_calls_before_the_model_is_warm_do_not_count(inputs: GateInputs) -> None:
    clock = clock_of(lambda call: 5.0 if call < WARM_UP else 0.001)
    found = measure_latency(inputs.candidate.recorded.model, inputs.rows[:1], clock)
    assert found.p99 == pytest.approx(1.0)


def test_a_round_beside_other_work_does_not_count(inputs: GateInputs) -> None:
    clock = clock_of(lambda call: 0.002 if WARM_UP + CALLS <= call < WARM_UP + 2 * CALLS else 0.3)
    found = measure_latency(inputs.candidate.recorded.model, inputs.rows, clock)
    assert found == pytest.approx(Latency(2.0, 2.0))
