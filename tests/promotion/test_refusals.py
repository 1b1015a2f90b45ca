"""Refusals: each says why, what is in production, and how to go on."""

from datetime import UTC, datetime

import pytest

from promotion.records import Declined, GateResult
from promotion.refusals import (
    ApprovalExpired,
    PlanDeclined,
    PlanOutdated,
    PromotionLost,
    PromotionRefused,
    PromotionUnfinished,
    RollbackRefused,
)

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PASS = GateResult(gate="size", verdict="pass", reason="Its files are small.")
HOLD = GateResult(gate="leakage", verdict="hold", reason="Nobody looked.")
FAIL = GateResult(gate="floors", verdict="fail", reason="Recall is 0.1.")


def test_a_refused_promotion_lists_the_gates_that_did_not_pass() -> None:
    refused = PromotionRefused("Run 4f2c", [PASS, HOLD, FAIL])

    assert refused.gates == [HOLD, FAIL]
    message = str(refused)
    assert message.startswith("Run 4f2c was not promoted. REJECT.\n")
    assert "  - HOLD leakage: Nobody looked.\n  - FAIL floors: Recall is 0.1." in message
    assert "Its files are small" not in message
    assert "Production is unchanged." in message


def test_where_only_evidence_is_missing_it_says_so() -> None:
    assert "HOLD: there is not enough evidence" in str(PromotionRefused("Run 4f2c", [PASS, HOLD]))


def test_a_refused_rollback_says_where_to_find_others() -> None:
    refused = RollbackRefused("promotion-1", [PASS, FAIL])

    assert refused.gates == [FAIL]
    assert "promotion-1 was not put back" in str(refused)
    assert "Production is unchanged." in str(refused)
    assert "ceap promotion history" in str(refused)


@pytest.mark.parametrize(
    ("refusal", "facts"),
    [
        (
            PlanOutdated("promotion-1", "a parameter was edited"),
            ["a parameter was edited", "It changed nothing"],
        ),
        (
            PromotionLost("promotion-1", "promotion-2 (by grace)"),
            ["promotion-2 (by grace)", "It changed nothing"],
        ),
        (
            PromotionUnfinished("promotion-1", "It is in production, whole.", TimeoutError("slow")),
            ["TimeoutError: slow", "It is in production, whole."],
        ),
        (
            ApprovalExpired("promotion-1", AT, "run-7"),
            ["2026-11-21 09:30 UTC", "Production is unchanged.", "ceap promote run-7"],
        ),
        (
            PlanDeclined(
                Declined(
                    promotion_id="promotion-1",
                    reason="not on a Friday",
                    declined_by="grace",
                    declined_at=AT,
                )
            ),
            [
                "grace declined",
                "2026-11-21 09:30 UTC",
                "not on a Friday",
                "Production is unchanged.",
            ],
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_refusal_names_the_promotion_and_what_stands(
    refusal: Exception, facts: list[str]
) -> None:
    message = str(refusal)
    assert "promotion-1" in message
    assert all(fact in message for fact in facts), message
