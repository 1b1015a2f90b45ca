"""Tuning leaves its winner in the execution, for the stages that come after it."""

from experiments.session import ExperimentSession, write_stage_output
from experiments.tuning.result import TuneOutput, TuningResult


def test_the_output_is_the_winner_with_its_threshold_and_its_test_metrics(
    tuned: tuple[TuningResult, ExperimentSession],
) -> None:
    result, session = tuned
    output = write_stage_output(result, session)
    won = result.winner
    assert output.test["roc_auc"] == won.test["roc_auc"]
    assert output.decision_threshold == won.threshold
    assert output.hyperparameters == result.hyperparameters()
    assert (output.trials, output.run_id) == (5, result.run_id)
    assert session.execution.result("tune", TuneOutput) == output
