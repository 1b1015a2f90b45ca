"""Input drift: what the model was given today, compared with training and with the last days."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from foundation.executions import Execution
from fraud.monitoring.day_metrics import DayMetrics
from fraud.monitoring.inputs.finding import InputFinding, InputRules
from fraud.monitoring.inputs.rules import (
    EarlierDay,
    drifted_columns,
    input_findings,
    usual_of,
)
from fraud.monitoring.inputs.summary import ColumnSummary, DayInputs, InputReference
from fraud.monitoring.inputs.usual import Usual
from fraud.scoring.field_use import unknown_notes
from pipeline.inference.day_inputs import find_reference, read_inputs
from pipeline.inference.scored import STAGE, ScoreOutput

NOT_COUNTED = (
    "Inputs are not compared: an earlier version scored the day, and counted none. Run the stage "
    "score again to have them counted."
)
UNTIL = "This note ends when the column is mended, or a model is trained on such days."
MOST_IN_HEADLINE = 3  # columns
MOST_TOLD = 10  # columns in a message: a wrong file makes all of them drift


@dataclass(frozen=True)
class InputComparison:
    """The inputs of a day, the finding of each column, worst first, and notes about them."""

    today: DayInputs | None = None
    reference: InputReference | None = None
    findings: list[InputFinding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def sizes(self) -> dict[str, float]:
        """The change of each column in thresholds, where there is something to compare with."""
        return {each.column: each.size for each in self.findings if each.size is not None}


@dataclass(frozen=True)
class InputChange:
    """A column, what it held today, and what is usual."""

    finding: InputFinding
    today: ColumnSummary
    usual: Usual


def compare_inputs(
    execution: Execution,
    model_digest: str,
    history: Sequence[DayMetrics],
    rules: InputRules,
    *,
    minimum_days: int,
) -> InputComparison:
    """Compare what score counted with the reference of the model, and with the days before."""
    today = read_inputs(execution)
    if today is None:
        return InputComparison(notes=[NOT_COUNTED])
    reference, problem = None, today.reference_problem
    if today.reference is not None:
        reference, problem = find_reference(execution, model_digest, today.reference)
    days = earlier_days(history)
    findings = input_findings(today, reference, days, rules, minimum_days=minimum_days)
    return InputComparison(
        today=today,
        reference=reference,
        findings=findings,
        notes=[
            *([problem] if problem else []),
            *unknown_notes(today.fields),
            *lasting_notes(findings),
        ],
    )


def earlier_days(history: Sequence[DayMetrics]) -> list[EarlierDay]:
    """Return the inputs of the days that have them."""
    return [EarlierDay(day.inputs, day.drifted_inputs) for day in history if day.inputs is not None]


def worst_changes(
    execution: Execution,
    findings: Sequence[InputFinding],
    history: Sequence[DayMetrics],
    minimum_days: int,
    *,
    most: int = 3,
) -> list[InputChange]:
    """Return the columns that changed most, with what they hold: for pictures."""
    today = read_inputs(execution)
    if today is None:
        return []
    model_digest = execution.result(STAGE, ScoreOutput).model_digest
    reference, _ = find_reference(execution, model_digest, today.reference)
    days = earlier_days(history)
    return [
        InputChange(
            finding,
            today.columns[finding.column],
            usual_of(finding.column, today.columns[finding.column], reference, days, minimum_days),
        )
        for finding in findings[:most]
    ]


def lasting_notes(findings: Sequence[InputFinding]) -> list[str]:
    """Return a note for each of a few columns that differ from training as on the last days."""
    lasting = [finding for finding in findings if finding.lasting]
    others = ", ".join(finding.column for finding in lasting[MOST_TOLD:])
    told = [f"{finding.sentence} {UNTIL}" for finding in lasting[:MOST_TOLD]]
    if others:
        told.append(f"As on the last days, these differ from training too: {others}.")
    return told


def worst_inputs(findings: Sequence[InputFinding]) -> list[InputFinding]:
    """Return the findings of the columns that drifted, the worst first, and not too many."""
    return [finding for finding in findings if finding.verdict == "drift"][:MOST_TOLD]


def input_sentences(findings: Sequence[InputFinding]) -> list[str]:
    """Return a sentence for each of the worst columns that drifted, and the names of the others."""
    rest = drifted_columns(findings)[MOST_TOLD:]
    others = [f"Not as usual either: {', '.join(rest)}."] if rest else []
    return [*(finding.sentence for finding in worst_inputs(findings)), *others]


def input_headline(findings: Sequence[InputFinding]) -> list[str]:
    """Return the columns that drifted in a few words; empty for none."""
    columns = drifted_columns(findings)
    if not columns:
        return []
    kind = "input" if len(columns) == 1 else "inputs"
    further = len(columns) - MOST_IN_HEADLINE
    more = f" and {further} more" if further > 0 else ""
    return [f"{kind} {', '.join(columns[:MOST_IN_HEADLINE])}{more}"]
