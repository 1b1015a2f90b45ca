"""A plan is complete and valid, or every mistake is named and nothing runs."""

from datetime import date

import pytest

from fakes.tiny.project import BUCKET, Project
from foundation.errors import InvalidParams
from pipeline.runs.run import run_pipeline


def ran_nothing(project: Project) -> bool:
    return project.store.keys(BUCKET, "") == []


def test_all_mistakes_of_yaml_rules_overrides_and_notebooks_are_told_at_once(make_project):
    project = make_project()
    project.write_params("make", count=0, setp=1)
    project.write_rules(attempts=0)

    with pytest.raises(InvalidParams) as refusal:
        run_pipeline("tiny", project.runner, overrides={"dubble": {}, "double": {"factr": 3}})

    text = str(refusal.value)
    for problem in (
        "dubble: no such stage in tiny; did you mean double?",
        "make.attempts: ",
        "make.yaml: count: ",
        "make.yaml: setp: no such parameter; did you mean step?",
        "--set double.factr: no such parameter; did you mean factor?",
        "nothing was run",
    ):
        assert problem in text
    assert ran_nothing(project)


def test_a_notebook_that_lacks_a_parameter_is_refused_before_anything_runs(make_project):
    project = make_project()
    notebook = project.root / "notebooks" / "tiny" / "2_double.ipynb"
    notebook.write_text(notebook.read_text().replace("factor = 2", "factro = 2"))

    with pytest.raises(InvalidParams, match=r"factor: no such parameter; did you mean factro\?"):
        run_pipeline("tiny", project.runner)
    assert ran_nothing(project)


@pytest.mark.parametrize(
    "wrong", ["a b", "", "x" * 81, "-a", "a/b", "interactive", "interactive-2"]
)
def test_a_wrong_execution_id_is_refused(make_project, wrong):
    project = make_project()
    with pytest.raises(InvalidParams, match="The execution id"):
        run_pipeline("tiny", project.runner, execution_id=wrong or "")
    assert ran_nothing(project)


def test_a_day_is_refused_by_a_pipeline_that_has_none(make_project):
    with pytest.raises(InvalidParams, match="not on one day"):
        run_pipeline("tiny", make_project().runner, day=date(2026, 11, 21))
