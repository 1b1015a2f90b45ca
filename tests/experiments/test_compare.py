"""A comparison leaves its best contender, and who is as good, in the execution."""

from experiments.comparison.result import CompareOutput, Comparison
from experiments.session import ExperimentSession, write_stage_output


def test_the_result_names_the_best_and_who_is_as_good(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    comparison, session = compared
    output = write_stage_output(comparison, session)
    assert output.best == comparison.best.name
    assert output.best in output.as_good
    assert output.run_id == comparison.run_id
    assert output.best in output.verdict
    assert output.metrics.keys() == {"logistic_regression", "random_forest"}
    assert session.execution.result("compare", CompareOutput) == output
