"""Commands made from facts: each is one that `ceap` takes, and it holds the facts unchanged."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceap.given_settings import parsed_overrides
from fakes.processes.typed_command import typed
from foundation import commands

# A fact of any text; what begins with a dash is an option to every program.
facts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    lambda text: not text.startswith("-")
)
DAY = date(2026, 11, 21)


@given(identity=facts)
def test_a_fact_is_one_word_whatever_is_in_it(identity: str) -> None:
    shown = typed(commands.show_execution(identity))
    assert shown.words == ("ceap", "executions", "show")
    assert shown.values == {"execution_id": identity}
    assert typed(commands.promote(identity)).values["experiment"] == identity
    resumed = typed(commands.run_pipeline("training", execution_id=identity))
    assert resumed.values["execution_id"] == identity


@given(value=st.one_of(facts, st.integers(), st.floats(allow_nan=False), st.lists(facts)))
def test_a_setting_is_read_back_as_it_was(value: object) -> None:
    line = commands.run_stage("training/train", "x", settings={"train.algorithm": value})
    given_words = typed(line).values["set_"]
    assert parsed_overrides(given_words) == {"train": {"algorithm": value}}


def test_a_stage_and_a_pipeline_are_run_on_the_data_set_and_day_that_are_named() -> None:
    stage = typed(commands.run_stage("experiments/explore", "explore-1", data="payments"))
    assert (stage.values["path"], stage.values["data"]) == ("experiments/explore", "payments")
    run = typed(commands.run_pipeline("inference", day=DAY)).values
    assert (run["pipeline"], run["date"].date(), run["data"]) == ("inference", DAY, None)


@pytest.mark.parametrize(
    "line",
    [
        commands.fetch_notebook("e-1", "train"),
        commands.show_run("run-1"),
        commands.tune(),
        commands.tune("payments"),
        commands.promote("run-1"),
        commands.approve("p-1"),
        commands.decline("p-1"),
        commands.lift_freeze(),
        commands.make_daily_batch(),
        commands.make_daily_batch(DAY),
        commands.simulate("payments", rows=100, seed=0),
        commands.ingest("creditcard", "my file.csv"),
    ],
)
def test_every_other_command_can_be_typed_as_it_is(line: str) -> None:
    typed(line)
