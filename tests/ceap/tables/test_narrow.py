"""At 80 columns every table still has whole what people came for: ids, statuses, dates, reasons."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import RenderableType

from ceap.tables.aws import endpoints_table, services_table
from ceap.tables.evidence import evidence_tables
from ceap.tables.executions import execution_report, executions_table
from ceap.tables.history import history_report
from ceap.tables.promotions import (
    differences_table,
    gate_table,
    outcome_report,
    recovered_table,
    verdict_panel,
    waiting_table,
)
from ceap.tables.runs import runs_table
from fakes.processes.terminal import printed
from fakes.promotions.evidence import EVIDENCE
from fakes.promotions.kept_models import with_model
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, planned, promote
from foundation.executions import ExecutionPlan
from foundation.tracking.runs import FoundRun
from local_aws.report import EndpointReport, LocalAwsStatus, Service
from pipeline.order import stages_of
from pipeline.runs.history import ExecutionDetail, StageDetail
from promotion.audit.history import history
from promotion.outcomes import Promotion
from promotion.protocol.recovery import Recovered
from promotion.records import GateResult
from promotion.roll_back import roll_back
from promotion.verify.verification import Difference

WIDTH = 80
AT = datetime(2026, 11, 30, 20, 3, tzinfo=UTC)
LOG = Path("/state/aws/sagemaker.log")
REASON = (
    "average_precision is 0.7012 (0.6123 to 0.7901), and the bar of "
    "params/promotion/policy.yaml is 0.7500 for the data set my-insurance-claims-of-2026"
)


def execution(
    pipeline: str, *requested: str, status: Any = "interrupted", day: date | None = None
) -> ExecutionDetail:
    names = [stage.name for stage in stages_of(pipeline)]
    plan = ExecutionPlan(
        execution_id=f"{pipeline}-20261130T200359Z-ab12",
        pipeline=pipeline,
        day=day,
        parameters={name: {"data": "my-insurance-claims"} for name in names},
        created_at=AT,
        git_commit="c0ffee",
    )
    return ExecutionDetail(
        plan=plan,
        status=status,
        stages=[
            StageDetail(name=name, status="pending", output=None, records=[], notebook_uri=None)
            for name in names
        ],
        requested=list(requested) or names,
        owner=None,
    )


def run(name: str, kind: str) -> FoundRun:
    metrics = {"average_precision": 0.8123, "average_precision_low": 0.7211}
    return FoundRun(
        run_id="0123456789abcdef" * 2, experiment="tuning", name=name, status="finished",
        parent_run_id=None, started_at=AT, finished_at=AT + timedelta(hours=11), params={},
        tags={"kind": kind}, metrics={**metrics, "average_precision_high": 0.8862},
    )  # fmt: skip


def whole(text: str, *wanted: str) -> None:
    """Require each word or line, and that no line is longer than the terminal or cut."""
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "…" not in text
    for each in wanted:
        assert each in text, each


def at_80(*parts: RenderableType) -> str:
    return printed(*(part for part in parts if not isinstance(part, str)), width=WIDTH)


def test_executions_have_id_pipeline_status_stage_and_day() -> None:
    found = [
        execution("training"), execution("experiments", "features"), execution("retune"),
        execution("inference", day=date(2026, 11, 21)),
        execution("experiments", "explore", "features", status="finished"),
    ]  # fmt: skip
    whole(
        at_80(executions_table(found)),
        "training-20261130T200359Z-ab12", "experiments-20261130T200359Z-ab12", "interrupted",
        "at prepare", "at features", "finished", "2026-11-21", "2026-11-30", "experiments",
        "inference",
    )  # fmt: skip


def test_the_stages_of_an_execution_are_whole() -> None:
    whole(at_80(*execution_report(execution("experiments"))), "explore", "features", "pending")


def test_runs_have_id_status_date_and_figure() -> None:
    found = [run("my-insurance-claims-lightgbm-xgboost-bayesian-0123abcd", "study")]
    whole(
        at_80(runs_table([*found, run("logistic_regression, none", "algorithm")])),
        "0123456789ab", "finished", "2026-11-30", "0.8123", "(0.7211–0.8862)",
    )  # fmt: skip
    whole(at_80(runs_table(found, "cost_per_1000")), "0123456789ab", "finished", "2026-11-30")


def test_the_local_aws_has_addresses_and_states() -> None:
    service = Service("ministack", "not answering", LOG, "http://127.0.0.1:45661", 1234567, AT)
    endpoint = EndpointReport(
        name="fraud-detection-prod-20261130T200359Z", status="InService", config="c",
        model_data=f"s3://fraud-detection-models/models/{'0123456789abcdef' * 4}/model.tar.gz",
        url="http://127.0.0.1:45662", pid=1234567, restarts=12, failure=None, log=LOG,
    )  # fmt: skip
    report = LocalAwsStatus((service,), (endpoint,))
    whole(at_80(services_table(report)), "http://127.0.0.1:45661", "1234567", "answering")
    whole(
        at_80(endpoints_table(report)),
        "fraud-detection-prod-20261130T200359Z", "InService", "http://127.0.0.1:45662",
    )  # fmt: skip


@pytest.mark.parametrize("status", ["planned", "waiting", "promoted"])
def test_a_promotion_has_its_gates_reasons_and_writes(status: Any) -> None:
    gates = [
        GateResult(gate=name, verdict="fail", reason=REASON)
        for name in ("better than the champion", "average precision")
    ]
    plan = planned(fake_production(), FIRST).model_copy(
        update={"evidence": EVIDENCE, "gates": gates}
    )
    found = Promotion(plan, status)
    text = at_80(gate_table(plan), *evidence_tables(plan), verdict_panel(found))
    assert max(map(len, at_80(outcome_report(found)).splitlines())) <= WIDTH
    whole(text, "better than the champion", "average precision", "fail", "REJECT", "0.8123")
    for word in REASON.split():
        assert word in text


def test_plans_that_wait_differences_and_recoveries_are_whole() -> None:
    plan = planned(fake_production(), FIRST).model_copy(
        update={"reason": REASON, "expires_at": AT, "proposed_by": "ada.lovelace@workstation-17"}
    )
    whole(
        at_80(waiting_table([plan, plan.model_copy(update={"kind": "rollback"})])),
        plan.promotion_id, "PROMOTE", "ROLL", "ada.lovelace@workstation-17", "2026-11-30",
        "my-insurance-claims-of-2026",
    )  # fmt: skip
    place = "s3://fraud-detection-config/promotions/promotion-20261130T200359Z-abcdef/plan.json"
    differing = Difference(place=place, what=REASON)
    text = at_80(differences_table([differing]))
    whole(text, "my-insurance-claims-of-2026")
    assert place in text.replace("\n", "").replace(" ", "")
    given_up = Recovered(promotion_id=plan.promotion_id, outcome="abandoned", why=REASON)
    whole(
        at_80(recovered_table([given_up])),
        plan.promotion_id, "abandoned", "my-insurance-claims-of-2026",
    )  # fmt: skip


def test_the_history_is_whole() -> None:
    production = fake_production()
    promote(production, with_model(production), reason=REASON)
    promote(production, SECOND, reason=REASON)
    roll_back(reason=REASON, production=production)
    whole(at_80(history_report(history(production))), "rolled back", "my-insurance-claims-of-2026")
