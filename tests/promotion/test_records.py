"""Records: what a promotion keeps is read back as it was, or refused by its name."""

import math
from typing import Any, Literal

import pytest

from fakes.promotions.promotions import FIRST, planned
from foundation.errors import InvalidData
from promotion.production import ProductionSession
from promotion.records import GateResult, Plan, promotion_verdict, read_record

Verdict = Literal["pass", "hold", "fail"]


@pytest.mark.parametrize(
    ("gates", "verdict"),
    [
        ([], "PROMOTE"),
        (["pass", "pass"], "PROMOTE"),
        (["pass", "hold"], "HOLD"),
        (["fail", "hold", "pass"], "REJECT"),
    ],
)
def test_the_verdict_is_the_worst_of_the_gates(gates: list[Verdict], verdict: str) -> None:
    results = [GateResult(gate="any", verdict=each, reason="") for each in gates]
    assert promotion_verdict(results) == verdict


@pytest.mark.parametrize(
    "changed", [{"reason": "another"}, {"retrain": True}, {"evidence": {"a": 1}}, {"writes": []}]
)
def test_the_digest_of_a_plan_covers_every_field(
    production: ProductionSession, changed: dict[str, Any]
) -> None:
    plan = planned(production, FIRST)
    edited = plan.model_copy(update=changed)

    assert plan.is_whole
    assert not edited.is_whole
    assert edited.sealed().is_whole
    assert edited.sealed().digest != plan.digest


def test_a_plan_survives_json_even_with_figures_that_are_no_numbers(
    production: ProductionSession,
) -> None:
    evidence = {"p_value": math.inf}
    plan = planned(production, FIRST).model_copy(update={"evidence": evidence})

    found = read_record(Plan, plan.to_json(), source="the test")

    assert found == plan


@pytest.mark.parametrize("data", [b"", b"{}", b"{", b"\xff", b"[]"])
def test_a_damaged_record_is_refused_by_its_name(data: bytes) -> None:
    with pytest.raises(InvalidData, match=r"s3://config/plan\.json is not what a promotion kept"):
        read_record(Plan, data, source="s3://config/plan.json")
