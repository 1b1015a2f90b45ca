"""The history on a terminal: who changed production, why, and who agreed."""

from ceap.tables.history import history_report
from fakes.processes.terminal import printed
from fakes.promotions.kept_models import with_model
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import SECOND, planned, promote
from promotion.audit.history import history
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.proposal import propose
from promotion.records import GateResult
from promotion.roll_back import roll_back

HELD = GateResult(gate="leakage", verdict="hold", reason="nobody looked [yet]")


def test_before_anything_was_promoted_the_history_says_how_to_begin() -> None:
    report = printed(history_report(history(fake_production())))
    assert "Nothing was ever promoted here" in report


def test_the_history_tells_who_forced_what_and_who_went_back() -> None:
    production = fake_production()
    promote(production, with_model(production), reason="to begin [with]")
    forced = planned(production, SECOND).model_copy(update={
        "gates": [HELD], "forced": True, "approved_by": "grace", "reason": "it has to be",
    }).sealed()  # fmt: skip
    propose(forced, production)
    execute_plan(forced, production)
    roll_back(reason="alerts doubled", production=production)

    first, second, third = (printed(history_report([row])) for row in history(production))
    assert "to begin [with]" in first
    assert "FORCED" not in first + third
    for word in ("promoted", "HOLD", "FORCED past the gates", "it has to be", "grace agreed"):
        assert word in second
    assert "PROMOTE" in first
    assert "PROMOTE" not in third
    for word in ("rolled back", "alerts doubled", "run run-good of tuning"):
        assert word in third
