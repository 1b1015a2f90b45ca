"""Order: pipelines, their stages, and where each stage is."""

import pytest

from fakes.processes.imports import loaded_with
from foundation.errors import InvalidParams
from pipeline.order import PIPELINES, numbered_stages, stage_at, stages_of


def test_pipelines_hold_their_stages_in_order():
    assert [stage.name for stage in stages_of("training")] == [
        "prepare", "train", "evaluate", "deploy",
    ]  # fmt: skip
    assert [stage.name for stage in stages_of("inference")] == [
        "score", "store", "alert", "monitor",
    ]  # fmt: skip
    assert [stage.name for stage in stages_of("experiments")] == [
        "explore", "features", "compare", "tune", "promote",
    ]  # fmt: skip


def test_retuning_runs_two_notebooks_of_experiments_one_after_the_other():
    assert [stage.at for stage in stages_of("retune")] == [
        "experiments/4_tune", "experiments/5_promote",
    ]  # fmt: skip


def test_only_the_notebooks_of_experiments_need_nothing_of_each_other():
    alone = {
        stage.pipeline for stages in PIPELINES.values() for stage in stages if stage.stands_alone
    }
    assert alone == {"experiments"}


@pytest.mark.parametrize("stage", [s for stages in PIPELINES.values() for s in stages], ids=str)
def test_a_stage_is_one_word_in_three_places(stage):
    at_home = f"{stage.pipeline}/{stage.position}_{stage.name}"
    assert "/".join(stage.notebook.parts[-3:]) == f"notebooks/{stage.at or at_home}.ipynb"
    assert stage.params_file.parts[-3:] == ("params", stage.pipeline, f"{stage.name}.yaml")
    assert stage_at(f"{stage.pipeline}/{stage.name}") == stage


@pytest.mark.parametrize("stage", [s for stages in PIPELINES.values() for s in stages], ids=str)
def test_the_module_of_a_stage_has_the_parameters_of_its_file(stage):
    assert isinstance(stage.params_model.from_yaml(stage.params_file), stage.params_model)


def test_the_params_model_is_found_by_the_name_of_its_stage():
    from fakes.tiny.double import DoubleParams

    _, double = numbered_stages("tiny", "make", "double", package="fakes.tiny")

    assert double.params_model is DoubleParams


def test_a_misspelt_pipeline_gets_a_suggestion():
    with pytest.raises(InvalidParams, match=r"no pipeline 'trainning'; did you mean training\?"):
        stages_of("trainning")


def test_a_misspelt_stage_gets_a_suggestion():
    with pytest.raises(InvalidParams, match=r"did you mean training/train\?"):
        stage_at("training/trian")


def test_to_read_the_parameters_of_every_stage_no_slow_library_is_loaded():
    # Each `ceap run` and `ceap stage` reads them first, also when it then refuses.
    reading = (
        "from pipeline.order import PIPELINES\n"
        "for stages in PIPELINES.values():\n"
        "    [stage.params_model for stage in stages]"
    )
    slow = ["matplotlib", "mlflow", "optuna", "scipy", "sklearn", "sqlalchemy", "torch"]
    assert loaded_with(reading, ["experiments.tuning.params", *slow]) == {
        "experiments.tuning.params"
    }
