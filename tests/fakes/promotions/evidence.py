"""Evidence: what a plan keeps of two models that were seen beside each other."""

from typing import Any


def estimate(value: float, **more: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1, **more}


def day_of(day: str, newly_flagged: int) -> dict[str, Any]:
    none = {"count": 0, "amount": 0.0}
    return {
        "day": day, "received": 1000, "set_aside": 0, "before": none, "after": none,
        "newly_flagged": {"count": newly_flagged, "amount": 80.0}, "released": none,
    }  # fmt: skip


EVIDENCE: dict[str, Any] = {
    "candidate": {"average_precision": estimate(0.8123), "cost_per_1000": estimate(61.5)},
    "champion": {"average_precision": estimate(0.7001), "cost_per_1000": estimate(85.25)},
    "differences": {"average_precision": estimate(0.1122, p_value=0.004)},
    "cost_difference_per_1000": estimate(-23.75),
    "churn": {
        "former": "the model behind the endpoint",
        "days": [day_of("2026-11-20", 3), day_of("2026-11-21", 4)],
        "problems": [],
    },
    "champion_origin": "the model behind the endpoint",
    "picked": "the best of experiment tuning by average precision, of 3 on the same data",
    "notes": ["The candidate was made from simulated data: what it says is of no bank."],
}
