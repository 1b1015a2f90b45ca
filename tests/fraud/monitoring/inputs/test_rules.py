"""Input rules: steady days raise as few alarms as stated, and each fault is found."""

from math import sqrt

import numpy as np
import pytest

from fakes.data.quiet_bank import QuietBank
from fraud.monitoring.inputs.finding import InputFinding, InputRules
from fraud.monitoring.inputs.rules import (
    EarlierDay,
    drifted_columns,
    input_findings,
    usual_of,
)
from fraud.monitoring.inputs.summary import ColumnSummary, DayInputs, InputReference

RULES = InputRules()
ENOUGH = 7


def false_alarms(seed: int, *, volume: int, restless: float, days: int, banks: int) -> int:
    """Count the days of quiet banks on which any rule finds drift in any column."""
    alarms = 0
    for bank_seed in np.random.SeedSequence(seed).spawn(banks):
        bank = QuietBank(np.random.default_rng(bank_seed), volume, restless)
        reference = bank.reference()
        history = [bank.earlier_day(reference) for _ in range(30)]
        for place in range(days):
            known = history[: (place * 5) % 31]  # a young bank has few days to compare with
            found = findings(bank.day(reference), reference, known)
            alarms += bool(drifted_columns(found))
    return alarms


def findings(
    today: DayInputs, reference: InputReference | None, history: list[EarlierDay]
) -> list[InputFinding]:
    return input_findings(today, reference, history, RULES, minimum_days=ENOUGH)


def most(days: int, share: float) -> float:
    """Return more alarms than the share gives in 999 of 1,000 such proofs."""
    return days * share + 3.1 * sqrt(days * share * (1 - share))


@pytest.mark.parametrize(
    ("volume", "restless"), [(40, 0.0), (200, 0.0), (200, 0.05), (2_000, 0.05)]
)
def test_steady_days_raise_no_more_alarms_than_stated(volume, restless):
    days, banks = 12, 5
    alarms = false_alarms(volume, volume=volume, restless=restless, days=days, banks=banks)
    assert alarms <= most(days * banks, RULES.input_false_alarms)


@pytest.mark.laws
@pytest.mark.parametrize("volume", [30, 200, 2_000])
@pytest.mark.parametrize("restless", [0.08, 0.0])
def test_quiet_months_raise_no_more_alarms_than_stated(volume, restless):
    days, banks = 30, 10
    alarms = false_alarms(volume + 1, volume=volume, restless=restless, days=days, banks=banks)
    assert alarms <= most(days * banks, RULES.input_false_alarms)


def changed(inputs: DayInputs, column: str, **values) -> DayInputs:
    columns = {**inputs.columns, column: inputs.columns[column].model_copy(update=values)}
    return inputs.model_copy(update={"columns": columns})


def all_missing(column: ColumnSummary) -> dict:
    texts = dict.fromkeys(column.texts, 0)
    return {"missing": column.rows, "unknown": 0, "quantiles": [], "texts": texts, "commonest": 0}


def all_unknown(column: ColumnSummary) -> dict:
    return {**all_missing(column), "missing": 0, "unknown": column.rows}


def constant(column: ColumnSummary) -> dict:
    return {"quantiles": [0.25] * 101, "commonest": column.known}


def multiplied(column: ColumnSummary) -> dict:
    return {"quantiles": [100 * cut for cut in column.quantiles]}


FAULTS = [
    ("v3", all_missing), ("channel", all_missing), ("channel", all_unknown), ("v0", constant),
    ("amount", multiplied), ("time", constant), ("v2", constant),
]  # fmt: skip


@pytest.mark.parametrize(("column", "fault"), FAULTS)
@pytest.mark.parametrize(("with_reference", "days"), [(True, 0), (True, 9), (False, 9)])
@pytest.mark.parametrize("volume", [200, 3_000])
def test_a_broken_column_is_found_alone_and_on_top(column, fault, with_reference, days, volume):
    bank = QuietBank(np.random.default_rng(11), volume, 0.02)
    reference = bank.reference() if with_reference else None
    history = [bank.earlier_day(reference) for _ in range(days)]
    today = bank.day(reference)
    found = findings(changed(today, column, **fault(today.columns[column])), reference, history)
    assert drifted_columns(found) == [column]
    assert found[0].column == column
    assert column in found[0].sentence
    assert found[0].size is not None
    assert found[0].size > 1


def test_verdict_and_size_agree():
    bank = QuietBank(np.random.default_rng(12), 300, 0.3)
    reference = bank.reference()
    found = findings(bank.day(reference), reference, [])
    for finding in found:
        assert (finding.verdict == "drift") == bool(finding.evidence) == ((finding.size or 0) > 1)


def test_with_nothing_to_compare_with_no_column_is_called_steady():
    bank = QuietBank(np.random.default_rng(13), 300)
    found = findings(bank.day(None), None, [bank.earlier_day(None)] * (ENOUGH - 1))
    assert {finding.verdict for finding in found} == {"not_enough_history"}


def number(middle: float = 0.0) -> ColumnSummary:
    quantiles = [middle + place for place in range(101)]
    return ColumnSummary(kind="number", rows=500, commonest=1, quantiles=quantiles)


def day(summary: ColumnSummary, *, drifted: bool = False) -> EarlierDay:
    return EarlierDay(DayInputs(columns={"x": summary}), frozenset({"x"} if drifted else ()))


def test_days_on_which_a_column_drifted_are_not_what_is_usual():
    days = [*(day(number(1)) for _ in range(ENOUGH)), day(number(9), drifted=True)]
    usual = usual_of("x", number(), None, days, ENOUGH)
    assert list(usual.days) == [number(1)] * ENOUGH


def test_what_drifted_on_most_days_is_usual_by_now():
    days = [day(number(1)), *(day(number(9), drifted=True) for _ in range(ENOUGH))]
    usual = usual_of("x", number(), None, days, ENOUGH)
    assert len(usual.days) == ENOUGH + 1


def test_a_column_of_another_kind_is_not_compared():
    category = ColumnSummary(kind="category", rows=500, texts={"web": 500})
    reference = InputReference(columns={"x": category})
    usual = usual_of("x", number(), reference, [day(category)] * 9, ENOUGH)
    assert usual.baselines == {}


def with_a_fault(bank: QuietBank, reference: InputReference, column: str, fault) -> DayInputs:
    inputs = bank.day(reference)
    return changed(inputs, column, **fault(inputs.columns[column]))


@pytest.mark.parametrize(("column", "fault"), FAULTS)
def test_what_differs_from_training_as_on_the_last_days_lasts_and_is_no_news(column, fault):
    bank = QuietBank(np.random.default_rng(14), 400)
    reference = bank.reference()
    history = [
        EarlierDay(with_a_fault(bank, reference, column, fault), frozenset({column}))
        for _ in range(ENOUGH)
    ]
    found = findings(with_a_fault(bank, reference, column, fault), reference, history)
    assert drifted_columns(found) == []
    (lasting,) = [finding for finding in found if finding.lasting]
    assert lasting.column == column
    assert lasting.sentence.startswith(f"As on the last {ENOUGH} days, ")
    assert lasting.size == 1.0


@pytest.mark.parametrize(("column", "fault"), FAULTS[:-1])  # 40 such flags are often all 0
def test_few_transactions_do_not_make_a_fault_look_usual(column, fault):
    bank = QuietBank(np.random.default_rng(15), 40)
    reference = bank.reference()
    history = [bank.earlier_day(reference) for _ in range(ENOUGH)]
    found = findings(with_a_fault(bank, reference, column, fault), reference, history)
    assert drifted_columns(found) == [column]
