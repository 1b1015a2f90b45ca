"""Project: a folder with the params and notebooks of the tiny pipeline, and a runner for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import yaml

from fakes.ports.directory_store import DirectoryStore
from fakes.ports.settings import fake_settings
from fakes.ports.tracking import FakeTracking
from fakes.tiny.double import DoubleParams, double
from fakes.tiny.make import MakeParams, make
from foundation import locations
from foundation.executions import Execution, read_plan
from foundation.session import Session
from pipeline.notebooks.events import Event
from pipeline.notebooks.run_record import RunRecord
from pipeline.order import Stages, numbered_stages
from pipeline.runs.history import ExecutionDetail, execution_detail
from pipeline.runs.planning import Runner, new_plan

TESTS = Path(__file__).parents[2]
BUCKET = fake_settings().workflow_bucket
RULES = {"timeout_seconds": 3600, "attempts": 1, "backoff_seconds": 0, "memory_limit_mb": None}
PARAMETERS: dict[str, dict[str, object]] = {
    "make": {"count": 3, "step": 0.5, "label": None},
    "double": {"factor": 2},
}
TINY: Stages = numbered_stages("tiny", "make", "double", package="fakes.tiny")
LEFT = {  # by the stages, of an execution with these parameters
    "make/numbers.json": b"[0.0, 0.5, 1.0]",
    "double/numbers.json": b"[0.0, 1.0, 2.0]",
}
Traps = Mapping[tuple[str, int], str]  # stage and number of the cell → code put in front of it


@dataclass
class Project:
    """Its notebooks share the directory of `runner.session.objects` with the tests."""

    root: Path
    store: DirectoryStore
    events: list[Event] = field(default_factory=list)

    @property
    def runner(self) -> Runner:
        return Runner(
            Session(fake_settings(), self.store, FakeTracking()),
            on_event=self.events.append,
            pipelines={"tiny": TINY},
            environment=self.environment,
        )

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.root / 'site'}:{TESTS}:{TESTS.parent / 'src'}"
        return {"TINY_STORE": str(self.store.root), "PYTHONPATH": path}

    def write_params(self, stage: str, **values: object) -> None:
        path = self.root / "params" / "tiny" / f"{stage}.yaml"
        path.write_text(yaml.safe_dump({**PARAMETERS[stage], **values}))

    def write_rules(self, **changes: object) -> None:
        rules = {stage.name: {**RULES, **changes} for stage in TINY}
        (self.root / "params" / "tiny" / "pipeline.yaml").write_text(yaml.safe_dump(rules))

    def write_notebooks(self, traps: Traps) -> None:
        for stage in TINY:
            cells = _cells(stage.name, traps)
            write_notebook(
                self.root / "notebooks" / "tiny", cells, f"{stage.position}_{stage.name}"
            )

    def plan(self, execution_id: str, **overrides: dict[str, object]) -> None:
        """Plan an execution without running it."""
        plan = new_plan(
            "tiny", self.runner, execution_id=execution_id, day=None, overrides=overrides
        )
        self.store.write(BUCKET, locations.execution_key(execution_id), plan.to_json())

    def finish_make(self, execution_id: str) -> None:
        """Run the first stage of a planned execution here, without a notebook."""
        params = read_plan(execution_id, self.store, self.runner.session.settings).parameters[
            "make"
        ]
        make(self._execution(execution_id), MakeParams.model_validate(params))

    def finish_double(self, execution_id: str) -> None:
        params = read_plan(execution_id, self.store, self.runner.session.settings).parameters[
            "double"
        ]
        double(self._execution(execution_id), DoubleParams.model_validate(params))

    def _execution(self, execution_id: str) -> Execution:
        return Execution.open(execution_id, self.store, self.runner.session.settings)

    def record(self, execution_id: str, stage: str, file: str = "record.json") -> RunRecord:
        data = self.store.read(BUCKET, locations.stage_key(execution_id, stage, file))
        return RunRecord.model_validate_json(data)

    def detail(self, execution_id: str) -> ExecutionDetail:
        runner = self.runner
        return execution_detail(
            execution_id,
            runner.session.objects,
            runner.session.settings,
            pipelines=runner.pipelines,
        )

    def stages_told(self, kind: type[Event]) -> list[str]:
        """The stages that events of one kind were about, in order."""
        return [vars(event)["stage"] for event in self.events if isinstance(event, kind)]

    def left(self, execution_id: str) -> dict[str, bytes]:
        """What the stages left, without the record of how they ran."""
        prefix = f"executions/{execution_id}/"
        keys = [key.removeprefix(prefix) for key in self.store.keys(BUCKET, prefix)]
        files = [key for key in keys if "numbers" in key]
        return {key: self.store.read(BUCKET, prefix + key) for key in files}


def tiny_project(root: Path, traps: Traps | None = None) -> Project:
    for folder in ("params/environments", "params/tiny", "notebooks/tiny", "site", "store"):
        (root / folder).mkdir(parents=True)
    project = Project(root, DirectoryStore(root / "store"))
    for stage in PARAMETERS:
        project.write_params(stage)
    project.write_rules()
    project.write_notebooks(traps or {})
    return project


def write_notebook(folder: Path, cells: list[str], name: str = "notebook") -> Path:
    """Write a notebook: the first cell is Markdown, the second holds the parameters."""
    title, parameters, *code = cells
    v4 = nbformat.v4
    notebook = v4.new_notebook(
        cells=[
            v4.new_markdown_cell(title),
            v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            *(v4.new_code_cell(cell) for cell in code),
        ]
    )
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def _cells(stage: str, traps: Traps) -> list[str]:
    """Cells 1, 3, 4, 5 as Jupyter numbers them; cell 2 is the one that papermill adds."""
    parameters = PARAMETERS[stage]
    declared = [f"{name} = {value!r}" for name, value in parameters.items()]
    given = ", ".join(f"{name}={name}" for name in parameters)
    model = f"{stage.capitalize()}Params"
    cells = {
        1: "\n".join(["execution_id = 'interactive'", *declared]),
        3: f"from fakes.tiny.{stage} import {model}, {stage}\n"
        "from fakes.tiny.session import open_execution",
        4: f"result = {stage}(open_execution(execution_id), {model}({given}))",
        5: "result",
    }
    trapped = [
        "\n".join([*([traps[stage, n]] if (stage, n) in traps else []), code])
        for n, code in cells.items()
    ]
    return [f"# {stage.capitalize()}\nA tiny stage.", *trapped]
