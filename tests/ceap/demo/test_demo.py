"""`ceap demo`: its short experiments are requests that the notebooks accept."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ceap.demo.demo import EXPERIMENTS, demo
from foundation.params import read_yaml
from pipeline.order import PIPELINES

app = typer.Typer()
app.command()(demo)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_short_experiment_changes_parameters_that_its_notebook_has(name: str) -> None:
    [stage] = [stage for stage in PIPELINES["experiments"] if stage.name == name]
    usual = stage.params_model.checked(read_yaml(stage.params_file), source=name)
    short = stage.params_model.checked(
        {**read_yaml(stage.params_file), **EXPERIMENTS[name]}, source=name
    )
    assert short != usual


def test_experiments_run_in_the_order_of_their_pipeline_up_to_what_is_promoted() -> None:
    order = [stage.name for stage in PIPELINES["experiments"]]
    assert sorted(EXPERIMENTS, key=order.index) == list(EXPERIMENTS)
    assert {"compare", "tune"} <= EXPERIMENTS.keys()  # whose runs are promoted


def test_an_empty_day_is_refused_before_anything_is_started(state: Path) -> None:
    result = CliRunner().invoke(app, ["--transactions", "0"], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert "greater than or equal to 1" in result.output
    assert not state.exists()
