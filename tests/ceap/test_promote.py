"""`ceap promote` and `ceap rollback`: what they refuse, and what they print."""

import pytest
import typer
from typer.testing import CliRunner

from ceap.promote import print_outcome, promote, rollback
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, planned
from foundation.errors import FraudDetectionError, InvalidParams, NotFound
from foundation.settings import Settings
from promotion.outcomes import Promotion

app = typer.Typer()
app.command()(promote)
app.command()(rollback)


def refusal(kind: type[FraudDetectionError], *words: str) -> str:
    with pytest.raises(kind) as refused:
        CliRunner().invoke(app, list(words), catch_exceptions=False)
    return str(refused.value)


@pytest.mark.usefixtures("local_aws_environment")
@pytest.mark.parametrize("command", ["promote", "rollback"])
def test_nothing_changes_production_without_a_reason(command: str) -> None:
    assert "reason" in refusal(InvalidParams, command)


def test_a_rollback_to_what_was_never_promoted_is_refused(local_aws_environment: Settings) -> None:
    assert "no-such-promotion" in refusal(NotFound, "rollback", "no-such-promotion", "--dry-run")


def test_the_outcome_is_printed_with_its_writes_and_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "220")
    plan = planned(fake_production(), FIRST)
    print_outcome(Promotion(plan, "planned"))
    text = capsys.readouterr().out
    assert plan.promotion_id in text
    assert "To be written" in text
    assert "Nothing was written; this was a dry run." in text
