"""Advice end to end: what a failed command tells people to type is typed, and it goes on."""

import re
import shlex

import pytest

from fakes.processes.commands import Finished, run_ceap
from fakes.processes.typed_command import typed
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from pipeline.runs.history import ExecutionDetail, execution_detail

ID = "advice-explore"
EXPLORE = (
    "stage", "experiments/explore", "--execution-id", ID, "--data", "payments", "--set",
    "explore.resamples=20", "--set", "explore.workers=1",
)  # fmt: skip
FEW_ROWS = ("--rows", "20000")  # as few as the description of payments allows


class Advised:
    """An exploration of a data set that is not there, then everything typed that was advised."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.failed = self.ceap(*EXPLORE)
        [get_data] = re.findall("`(ceap data simulate [^`]*)`", self.failed.stderr)
        self.obtained = self.type_in(get_data, *FEW_ROWS)
        [self.resume] = re.findall("resume with:\n +(ceap .*)", self.failed.stderr)
        self.resumed = self.type_in(self.resume)

    def ceap(self, *words: str) -> Finished:
        state = str(self.settings.state_directory)
        return run_ceap(*words, CEAP_STATE_DIRECTORY=state, CEAP_ENVIRONMENT="local", COLUMNS="80")

    def type_in(self, line: str, *more: str) -> Finished:
        return self.ceap(*shlex.split(line)[1:], *more)

    @property
    def execution(self) -> ExecutionDetail:
        return execution_detail(ID, S3ObjectStore(self.settings), self.settings)


@pytest.fixture(scope="module")
def advised(local_aws: Settings) -> Advised:
    return Advised(local_aws)


def test_the_failure_advises_to_get_this_data_set_and_to_resume_this_stage(
    advised: Advised,
) -> None:
    assert advised.failed.code == 1
    assert "Put it there with `ceap data simulate --data payments`" in advised.failed.stderr
    assert advised.resume == f"ceap stage experiments/explore --execution-id {ID}"


def test_typed_as_advised_it_goes_on_with_the_same_data_set_and_values(advised: Advised) -> None:
    assert (advised.obtained.code, advised.resumed.code) == (0, 0), advised.resumed.stderr
    assert "Resuming experiments on payments" in advised.resumed.stdout
    explored = advised.execution.stages[0]
    assert explored.output is not None
    assert explored.output.result["rows"] == 20_000
    given = explored.records[-1].parameters
    assert (given["data"], given["resamples"]) == ("payments", 20)


def test_no_other_stage_ran_and_those_that_may_follow_are_on_the_data_set_too(
    advised: Advised,
) -> None:
    execution = advised.execution
    assert [stage.status for stage in execution.stages] == ["finished", *["pending"] * 4]
    assert set(execution.plan.data_sets.values()) == {"payments"}
    assert execution.plan.requested == ["explore"]


def test_it_is_listed_as_finished_and_shown_with_a_command_that_goes_on(advised: Advised) -> None:
    [row] = [line for line in advised.ceap("executions").stdout.splitlines() if ID in line]
    assert "finished" in row
    assert "interrupted" not in row
    shown = advised.ceap("executions", "show", ID).stdout
    further = re.findall("^ +(ceap run .*)", shown, flags=re.MULTILINE)
    assert [typed(line).values["execution_id"] for line in further] == [ID]


def test_another_data_set_in_the_same_execution_is_refused(advised: Advised) -> None:
    refused = advised.ceap(
        "stage", "experiments/compare", "--execution-id", ID, "--data", "creditcard"
    )
    assert refused.code == 2
    assert "compare.data is 'payments' in it, not 'creditcard'" in refused.stderr


def test_several_data_sets_in_one_execution_are_refused_before_anything_runs(
    advised: Advised,
) -> None:
    refused = advised.ceap("run", "experiments", "--set", "explore.data=payments")
    assert refused.code == 2
    assert "explore on payments, features on creditcard" in refused.stderr
    assert "--data NAME" in refused.stderr
