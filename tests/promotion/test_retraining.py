"""Retraining: once for a promotion that requests it and is in production; failures undo nothing."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.ports.training_starter import FakeStarter
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, planned, promote
from foundation import locations
from foundation.errors import NotFound, Unavailable
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.state import current_promotion
from promotion.records import Plan
from promotion.retraining import (
    LocalTraining,
    StepFunctionsTraining,
    TrainingFailed,
    open_starter,
    read_training,
    retrain_current_if_due,
    retrain_if_due,
)


def promoted(production: ProductionSession, candidate: dict[str, Any] = FIRST) -> Plan:
    """Promote with the wish that it is trained."""
    plan = planned(production, candidate).model_copy(update={"retrain": True}).sealed()
    execute_plan(plan, production)
    return plan


def test_what_was_promoted_is_trained_under_its_own_name(production: ProductionSession) -> None:
    starter, plan = FakeStarter(), promoted(production)

    runs = retrain_if_due(plan.promotion_id, production, starter)

    assert starter.started == [plan.promotion_id]
    assert starter.data == [plan.run.data or ""]
    training = read_training(plan.promotion_id, production)
    assert training is not None
    assert (training.runs, training.started_by) == (runs, "ada@workstation")


def test_asked_again_it_is_not_started_again(production: ProductionSession) -> None:
    starter, plan = FakeStarter(), promoted(production)
    first = retrain_if_due(plan.promotion_id, production, starter)

    other = replace(production, who="grace@laptop")
    assert retrain_if_due(plan.promotion_id, other, starter) == first
    assert starter.calls == 1


def test_who_did_not_ask_for_training_gets_none(production: ProductionSession) -> None:
    starter, plan = FakeStarter(), promote(production, FIRST)

    assert retrain_if_due(plan.promotion_id, production, starter) is None
    assert starter.calls == 0


def test_what_never_came_to_production_is_not_trained(production: ProductionSession) -> None:
    plan = planned(production, FIRST).model_copy(update={"retrain": True}).sealed()

    def on_step(step: str) -> None:
        if step == "committing the configuration":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute_plan(plan, production, on_step=on_step)

    assert retrain_if_due(plan.promotion_id, production, FakeStarter()) is None
    assert retrain_if_due("promotion-nobody-made", production, FakeStarter()) is None


def test_what_was_replaced_is_not_trained_any_more(production: ProductionSession) -> None:
    """Training reads what is in production: it would train another under this one's name."""
    starter, plan = FakeStarter(), promoted(production)
    promote(production, SECOND)

    assert retrain_if_due(plan.promotion_id, production, starter) is None
    assert starter.calls == 0


def test_a_training_that_a_dead_process_never_came_to_is_started_by_anybody(
    production: ProductionSession,
) -> None:
    starter = FakeStarter()
    assert retrain_current_if_due(production, starter) is None
    plan = promoted(production)

    assert retrain_current_if_due(production, starter)
    assert retrain_current_if_due(production, starter) is None
    assert starter.started == [plan.promotion_id]


@pytest.mark.parametrize("fails_after", [False, True])
def test_a_start_that_failed_is_tried_again_and_starts_once(
    production: ProductionSession, fails_after: bool
) -> None:
    starter, plan = FakeStarter(failure=Unavailable, fails_after=fails_after), promoted(production)
    with pytest.raises(TrainingFailed, match=rf"{plan.promotion_id} stands"):
        retrain_if_due(plan.promotion_id, production, starter)
    assert read_training(plan.promotion_id, production) is None
    assert current_promotion(production) == plan.promotion_id

    retrain_if_due(plan.promotion_id, production, starter)

    assert starter.started == [plan.promotion_id]


def test_of_two_who_start_it_both_are_right() -> None:
    class Beaten(FakeObjectStore):
        """Somebody else notes the same training first."""

        def write_once(self, bucket: str, key: str, data: bytes) -> None:
            if key.endswith("retrain.json") and b"grace" not in data:
                theirs = data.replace(b"ada@workstation", b"grace@laptop")
                super().write_once(bucket, key, theirs)
            super().write_once(bucket, key, data)

    production = fake_production(objects=Beaten())
    starter, plan = FakeStarter(), promoted(production)

    assert retrain_if_due(plan.promotion_id, production, starter) == f"fake:{plan.promotion_id}"
    training = read_training(plan.promotion_id, production)
    assert training is not None
    assert training.started_by == "grace@laptop"


def test_what_was_started_is_kept_beside_the_plan(production: ProductionSession) -> None:
    plan = promoted(production)
    key = locations.promotion_key(plan.promotion_id, "retrain.json")
    with pytest.raises(NotFound):
        production.objects.read(production.bucket, key)

    retrain_if_due(plan.promotion_id, production, FakeStarter())

    kept = json.loads(production.objects.read(production.bucket, key))
    assert kept["promotion_id"] == plan.promotion_id


def test_the_settings_choose_where_training_runs() -> None:
    settings = fake_settings().model_copy(update={"aws_endpoint_url": "http://127.0.0.1:1"})
    assert isinstance(open_starter(settings), LocalTraining)
    machine = {"training_state_machine": "arn:aws:states:us-east-1:1:stateMachine:training"}
    assert isinstance(open_starter(settings.model_copy(update=machine)), StepFunctionsTraining)


SCRIPT = """
import json, os, sys
wanted = ("CEAP_ENVIRONMENT", "CEAP_STATE_DIRECTORY", "CEAP_USER")
print(json.dumps({"given": sys.argv[1:], **{name: os.environ.get(name) for name in wanted}}))
print("and some words", file=sys.stderr)
sys.exit(int(os.environ.get("CEAP_TEST_CODE", "0")))
"""


@pytest.fixture
def script(tmp_path: Path) -> list[str]:
    file = tmp_path / "ceap_that_tells.py"
    file.write_text(SCRIPT)
    return [sys.executable, str(file)]


def test_training_here_runs_the_pipeline_and_shows_what_it_says(
    script: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEAP_USER", "ada")
    shown: list[str] = []

    runs = LocalTraining(fake_settings(tmp_path), command=script, show=shown.append).start("p-1")

    assert runs == "ceap run training --execution-id p-1"
    assert json.loads(next(line for line in shown if line.startswith("{"))) == {
        "given": ["run", "training", "--execution-id", "p-1"],
        "CEAP_ENVIRONMENT": "local",
        "CEAP_STATE_DIRECTORY": str(tmp_path),
        "CEAP_USER": "ada",
    }
    assert "and some words\n" in shown


def test_training_here_is_on_the_data_set_of_what_was_promoted(
    script: list[str], tmp_path: Path
) -> None:
    starter = LocalTraining(fake_settings(tmp_path), command=script, show=lambda _line: None)
    assert starter.start("p-1", "payments") == (
        "ceap run training --data payments --execution-id p-1"
    )


def test_a_training_that_fails_says_that_the_promotion_stands(
    script: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEAP_TEST_CODE", "3")
    starter = LocalTraining(fake_settings(), command=script, show=lambda _line: None)

    with pytest.raises(
        TrainingFailed,
        match=r"exit code 3\. Promotion p-1 stands.*ceap run training --execution-id p-1",
    ):
        starter.start("p-1")


def test_a_failed_training_is_gone_on_with(
    production: ProductionSession, script: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = promoted(production)
    starter = LocalTraining(production.settings, command=script, show=lambda _line: None)
    with monkeypatch.context() as failing:
        failing.setenv("CEAP_TEST_CODE", "1")
        broken = LocalTraining(production.settings, command=script, show=lambda _line: None)
        with pytest.raises(TrainingFailed):
            retrain_if_due(plan.promotion_id, production, broken)

    assert retrain_if_due(plan.promotion_id, production, starter) == (
        f"ceap run training --execution-id {plan.promotion_id}"
    )


def test_who_stops_watching_stops_the_training(tmp_path: Path) -> None:
    """The child says when it is at work, and writes down that it was asked to stop."""
    file, heard = tmp_path / "endless.py", tmp_path / "heard"
    file.write_text(
        "import pathlib, threading\n"
        "try:\n"
        "    print('at work', flush=True)\n"
        "    threading.Event().wait()\n"
        "except KeyboardInterrupt:\n"
        f"    pathlib.Path({str(heard)!r}).write_text('stopped')\n"
    )

    def stop(_line: str) -> None:
        raise KeyboardInterrupt

    starter = LocalTraining(fake_settings(), command=[sys.executable, str(file)], show=stop)
    with pytest.raises(KeyboardInterrupt):
        starter.start("p-1")

    assert heard.read_text() == "stopped"


def test_ceap_itself_is_what_runs(tmp_path: Path) -> None:
    """A name that no execution may have is refused by the command, before anything is run."""
    shown: list[str] = []
    starter = LocalTraining(fake_settings(tmp_path), show=shown.append)

    with pytest.raises(TrainingFailed):
        starter.start("not an id")

    assert "not an id" in "".join(shown) or "local AWS is not running" in "".join(shown)
