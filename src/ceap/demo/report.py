"""Demo report: stages, results, promotions and where everything is, on one screen."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel
from rich.table import Table

from ceap.pipeline_progress import duration
from ceap.pipeline_results import results_table, verdicts_table
from ceap.tables.history import history_report
from foundation.commands import fetch_notebook, show_execution
from foundation.params import without_password
from foundation.settings import Settings

if TYPE_CHECKING:
    from pipeline.runs.run import ExecutionSummary
    from pipeline.runs.stage_run import StageSummary
    from promotion.audit.history import HistoryRow


def demo_report(
    experiments: "Sequence[StageSummary]",
    training: "ExecutionSummary",
    inference: "ExecutionSummary",
    *,
    history: "Sequence[HistoryRow]",
    settings: Settings,
    seconds: float,
) -> Group:
    return Group(
        _stages({"experiments": experiments, "training": training.stages,
                 "inference": inference.stages}),
        verdicts_table(experiments),
        results_table(training),
        results_table(inference),
        Panel(history_report(history), title="Promotions, the newest last", title_align="left"),
        _where(training, settings),
        _next(training, inference),
        f"Done in {duration(seconds)}.",
    )  # fmt: skip


def _stages(pipelines: "Mapping[str, Sequence[StageSummary]]") -> Table:
    table = Table("stage", "took", "peak memory", title="Stages", title_justify="left")
    for pipeline, stages in pipelines.items():
        for stage in stages:
            took = stage.status if stage.seconds is None else duration(stage.seconds)
            peak = f"{stage.memory_peak_mb:.0f} MB" if stage.memory_peak_mb else ""
            table.add_row(f"{pipeline}/{stage.name}", took, peak)
    return table


def _where(training: "ExecutionSummary", settings: Settings) -> Panel:
    tracking = without_password(settings.tracking_uri)
    lines = (
        f"[bold]Executed notebooks[/]  {fetch_notebook(training.execution_id, 'evaluate')}",
        "[bold]Every run[/]           ceap runs",
        f"[bold]Runs in MLflow[/]      mlflow ui --backend-store-uri {tracking}",
        f"[bold]Endpoint[/]            {settings.endpoint_name}, see: ceap aws status",
    )
    return Panel("\n".join(lines), title="Where it is", title_align="left")


def _next(training: "ExecutionSummary", inference: "ExecutionSummary") -> Panel:
    commands = (
        "ceap promotion history",
        'ceap rollback --reason "to see it work"',
        'ceap rollback --reason "and to undo it"',
        show_execution(inference.execution_id),
        "ceap compare",
        "ceap tune --seconds 300",
        f"ceap run training --replay {training.execution_id} --from evaluate "
        "--set evaluate.minimum_average_precision=0.9",
    )
    title = "Worth typing next, after: source .venv/bin/activate"
    return Panel("\n".join(commands), title=title, title_align="left")
