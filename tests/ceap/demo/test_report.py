"""The report of the demo: every stage, what came out, where it is, and what to try next."""

from typing import Any

import pytest

from ceap.demo.report import demo_report
from fakes.data.summaries import finished_stage, inference, training
from fakes.ports.settings import fake_settings
from fakes.processes.terminal import printed
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, promote
from promotion.audit.history import history

COMPARED = finished_stage("compare", result={"verdict": "xgboost is best [so far]"})


def report(**changed: Any) -> str:
    facts: dict[str, Any] = {"history": [], "settings": fake_settings(), "seconds": 185.0}
    parts = demo_report([COMPARED], training(), inference(), **(facts | changed))
    return printed(parts)


@pytest.mark.parametrize(
    "stage", ["experiments/compare", "training/evaluate", "inference/score", "inference/monitor"]
)
def test_each_stage_is_shown_with_its_time_and_memory(stage: str) -> None:
    [row] = [line for line in report().splitlines() if stage in line]
    assert "1:02" in row
    assert "312 MB" in row


def test_a_stage_of_an_earlier_demo_is_shown_as_finished_earlier() -> None:
    earlier = finished_stage("compare", status="finished earlier", seconds=None,
                             memory_peak_mb=None, result={"verdict": "a tie"})  # fmt: skip
    text = printed(
        demo_report(
            [earlier], training(), inference(), history=[], settings=fake_settings(), seconds=1.0
        )
    )
    [row] = [line for line in text.splitlines() if "experiments/compare" in line]
    assert "finished earlier" in row


def test_the_results_of_experiments_training_and_the_day_are_all_there() -> None:
    text = report()
    for result in ("xgboost is best [so far]", "The xgboost model on", "9,990 rows in DynamoDB"):
        assert result in text
    assert "Done in 3:05." in text


def test_promotions_are_shown_with_their_reasons() -> None:
    production = fake_production()
    promote(production, FIRST, reason="something to beat")
    assert "something to beat" in report(history=history(production))


def test_commands_name_the_executions_of_this_demo() -> None:
    text = report()
    assert "ceap executions notebook training-1 evaluate" in text
    assert "ceap executions show inference-1" in text
    assert "ceap run training --replay training-1 --from evaluate" in text


def test_no_password_of_the_tracking_server_is_printed() -> None:
    secret = fake_settings().model_copy(
        update={"tracking_uri": "postgresql://me:hunter2@db.example/mlflow"}
    )
    text = report(settings=secret)
    assert "db.example/mlflow" in text
    assert "hunter2" not in text
