"""An ablation leaves what each set added, and which sets were skipped, in the execution."""

from experiments.ablation.result import Ablation
from experiments.session import ExperimentSession, write_stage_output


def test_the_result_says_what_was_added_and_skipped(
    ablated: tuple[Ablation, ExperimentSession],
) -> None:
    output = write_stage_output(*ablated)
    assert output.added.keys() == {"plain", "amounts", "pairs"}
    assert output.skipped.keys() == {"risk"}
