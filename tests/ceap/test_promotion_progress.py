"""Promotion steps: whoever stops a promotion is told what is in production then."""

import signal

import pytest
import typer

from ceap.promotion_progress import promotion_progress
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, planned
from fakes.promotions.stops import AFTER_THE_COMMIT, stopped_at
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.state import current_promotion

Output = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("step", "stands"),
    [
        ("backing up what is in production", "Production is unchanged. It was given up"),
        (AFTER_THE_COMMIT[0], "Its configuration is in production, whole."),
    ],
)
def test_a_promotion_that_is_stopped_says_what_is_in_production(
    step: str, stands: str, capsys: Output
) -> None:
    production = fake_production()
    plan = planned(production, FIRST)

    with pytest.raises(typer.Exit) as ended, promotion_progress():
        execute_plan(plan, production, on_step=stopped_at(step))

    assert ended.value.exit_code == 130
    assert stands in capsys.readouterr().err
    assert (current_promotion(production) == plan.promotion_id) is (step in AFTER_THE_COMMIT)


def test_where_nobody_knows_what_stands_the_way_to_learn_it_is_told(capsys: Output) -> None:
    with pytest.raises(typer.Exit), promotion_progress():
        raise KeyboardInterrupt

    said = capsys.readouterr().err
    assert "old configuration or the new one" in said
    assert "ceap promotion recover" in said


def test_a_dry_run_that_is_stopped_changed_nothing_and_says_so(capsys: Output) -> None:
    with pytest.raises(typer.Exit), promotion_progress(dry_run=True):
        raise KeyboardInterrupt

    assert "nothing was changed" in capsys.readouterr().err


def test_a_job_that_is_stopped_ends_as_ctrl_c_does(capsys: Output) -> None:
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(typer.Exit) as ended, promotion_progress():
        signal.raise_signal(signal.SIGTERM)

    assert ended.value.exit_code == 130
    assert "Interrupted." in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) == before


def test_steps_are_told_as_they_come(capsys: Output) -> None:
    with promotion_progress() as told:
        told("planning every write")

    assert "planning every write" in capsys.readouterr().err
