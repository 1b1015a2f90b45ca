"""The verdict of an exploration names the checks that a person should look at."""

from dataclasses import replace

from experiments.exploration.result import Exploration
from experiments.session import ExperimentSession
from fraud.leakage.checks import LeakageFinding
from fraud.leakage.report import LeakageReport
from fraud.plausibility.finding import doubtful, plausible
from fraud.plausibility.report import PlausibilityReport

FINDINGS = (
    LeakageFinding(check="repeated rows", verdict="ok", sentence="There are none."),
    LeakageFinding(check="telling columns", verdict="warn", sentence="V5 tells the label."),
    LeakageFinding(check="label gaps", verdict="warn", sentence="The last day has no frauds."),
)
Explored = tuple[Exploration, ExperimentSession]


def test_the_verdict_names_every_check_that_warns(explored: Explored) -> None:
    warned = replace(explored[0], leakage=LeakageReport(findings=FINDINGS))
    expected = "2 of 3 checks for leakage warn: telling columns, label gaps."
    assert warned.verdict() == expected


def test_clean_data_is_called_so(explored: Explored) -> None:
    clean = replace(explored[0], leakage=LeakageReport(findings=FINDINGS[:1]))
    assert clean.verdict() == "None of 1 checks for leakage warns."


def test_the_verdict_names_every_doubt_of_the_data(explored: Explored) -> None:
    doubts = PlausibilityReport(findings=(plausible("dates", ""), doubtful("label", "Swapped?")))
    leakage = LeakageReport(findings=FINDINGS[:1])
    doubted = replace(explored[0], leakage=leakage, plausibility=doubts)
    assert doubted.verdict() == (
        "None of 1 checks for leakage warns. 1 of 2 checks of plausibility has a doubt: label "
        "(doubtful)."
    )
    assert doubted.output().plausibility == doubts


def test_the_columns_are_those_that_a_model_has(explored: Explored) -> None:
    exploration = explored[0]
    assert exploration.column_table().height == len(exploration.manifest.columns)
