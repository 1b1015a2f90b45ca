"""Order: the pipelines, and the stages of each, first to last."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from foundation.errors import InvalidParams
from foundation.params import Params, did_you_mean
from foundation.settings import project_root


@dataclass(frozen=True)
class Stage:
    """One stage. Its name is one word in four places: module, YAML, notebook and test.

    A stage that `stands_alone` needs no output of the stages before it. `at` names the notebook of
    a stage that shares the notebook of another pipeline, with parameters of its own:
    "experiments/4_tune".
    """

    pipeline: str
    name: str
    position: int
    package: str = "pipeline"
    stands_alone: bool = False
    at: str = ""

    @property
    def path(self) -> str:
        """The stage as commands name it: "training/train"."""
        return f"{self.pipeline}/{self.name}"

    @property
    def notebook(self) -> Path:
        """The notebook that runs the stage."""
        name = self.at or f"{self.pipeline}/{self.position}_{self.name}"
        return project_root() / "notebooks" / f"{name}.ipynb"

    @property
    def params_file(self) -> Path:
        """The YAML file with the stage's parameters."""
        return project_root() / "params" / self.pipeline / f"{self.name}.yaml"

    @property
    def takes_data_set(self) -> bool:
        """Whether the stage has a `data` parameter: the name of a data set of `params/data/`."""
        return "data" in self.params_model.model_fields

    @property
    def params_model(self) -> type[Params]:
        """The parameters model, from the stage's module; no other stage is imported."""
        module = import_module(f"{self.package}.{self.name}")
        return cast(type[Params], getattr(module, f"{self.name.capitalize()}Params"))


Stages = tuple[Stage, ...]
QUESTIONS = ("explore", "features", "compare", "tune")


def numbered_stages(
    pipeline: str, *names: str, package: str = "pipeline", stand_alone: bool = False
) -> Stages:
    """Return the stages of a pipeline, with positions counted from 1."""
    return tuple(
        Stage(pipeline, name, position, package, stand_alone)
        for position, name in enumerate(names, start=1)
    )


PIPELINES: dict[str, Stages] = {
    "training": numbered_stages("training", "prepare", "train", "evaluate", "deploy"),
    "inference": numbered_stages("inference", "score", "store", "alert", "monitor"),
    # Known by name only: they live in other packages, and their notebooks can be run in any order.
    "experiments": (
        *numbered_stages("experiments", *QUESTIONS, package="experiments", stand_alone=True),
        Stage("experiments", "promote", len(QUESTIONS) + 1, "promotion", stands_alone=True),
    ),
    "retune": (
        Stage("retune", "tune", 1, "experiments", at="experiments/4_tune"),
        Stage("retune", "promote", 2, "promotion", at="experiments/5_promote"),
    ),
}
SCORES_A_DAY = {"inference"}  # these pipelines work on the transactions of one day


def stages_of(pipeline: str, pipelines: Mapping[str, Stages] = PIPELINES) -> Stages:
    """Return the stages of a pipeline; InvalidParams for an unknown one."""
    if pipeline not in pipelines:
        source = "The pipeline"
        problem = f"there is no pipeline {pipeline!r}; {did_you_mean(pipeline, set(pipelines))}"
        raise InvalidParams(source, [problem])
    return pipelines[pipeline]


def stage_at(path: str, pipelines: Mapping[str, Stages] = PIPELINES) -> Stage:
    """Return the stage of a path such as "training/train"; InvalidParams for an unknown one."""
    stages = {stage.path: stage for known in pipelines.values() for stage in known}
    if path not in stages:
        source = "The stage"
        problem = f"there is no stage {path!r}; {did_you_mean(path, set(stages))}"
        raise InvalidParams(source, [problem])
    return stages[path]
