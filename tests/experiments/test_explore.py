"""An exploration leaves its leakage report in the execution, for a promotion to ask for."""

import numpy as np

from experiments.exploration.result import Exploration, ExploreOutput, ExploreParams
from experiments.session import ExperimentSession, stage_params, write_stage_output


def test_the_report_is_kept_with_the_execution(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    exploration, session = explored
    output = write_stage_output(exploration, session)
    assert output.leakage == exploration.leakage
    assert (output.rows, output.run_id) == (1200, exploration.run_id)
    assert np.isclose(output.random_split.value, exploration.gap.random.value)
    assert session.execution.result("explore", ExploreOutput) == output


def test_the_defaults_are_those_of_the_yaml() -> None:
    assert stage_params(ExploreParams, "explore", {}) == ExploreParams()
