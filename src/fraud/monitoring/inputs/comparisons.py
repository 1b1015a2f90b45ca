"""Comparisons: each rule applied to one column, against training and against the last days."""

from collections.abc import Iterator, Sequence

from fraud.monitoring.inputs.chance import (
    AS_COUNTED,
    Dispersion,
    constant_p_value,
    distribution_dispersion,
    distribution_p_value,
    share_dispersion,
    share_p_value,
    stability_index,
)
from fraud.monitoring.inputs.finding import Against, InputEvidence, InputRule, InputRules
from fraud.monitoring.inputs.groups import grouped
from fraud.monitoring.inputs.summary import ColumnSummary
from fraud.monitoring.inputs.usual import Usual

FEWEST_VALUES = 20  # of a day, for a rule that compares values
OTHERS = 0.05  # the least share of values that were not the commonest, for a constant to be news


def comparisons(today: ColumnSummary, usual: Usual, rules: InputRules) -> Iterator[InputEvidence]:
    """Yield the result of each rule that applies to a column, against each baseline of it.

    A column of no transactions is not compared.
    """
    if not today.rows:
        return
    for against, baseline in usual.baselines.items():
        yield from _share_tests(today, against, baseline, usual.days, rules)
        yield from _value_tests(today, against, baseline, usual.days, rules)


def _share_tests(
    today: ColumnSummary,
    against: Against,
    baseline: Sequence[ColumnSummary],
    days: Sequence[ColumnSummary],
    rules: InputRules,
) -> Iterator[InputEvidence]:
    thresholds: dict[InputRule, float] = {"missing": rules.missing_change}
    if today.kind == "category":
        thresholds["unknown"] = rules.unknown_change
    if today.outside is not None:
        thresholds["outside"] = rules.outside_change
    for rule, threshold in thresholds.items():
        counts = [_count(each, rule) for each in days if _counts(each, rule)]
        dispersion = share_dispersion(counts) if len(counts) > 1 else AS_COUNTED
        before = counts if against == "last days" else [_trained(each, rule) for each in baseline]
        if not before:
            continue
        observed, usual = _count(today, rule), _sum(before)
        shares = _ratio(observed), _ratio(usual)
        yield InputEvidence(
            rule=rule,
            against=against,
            observed=shares[0],
            usual=shares[1],
            size=abs(shares[0] - shares[1]) / threshold,
            p_value=share_p_value(observed, usual, dispersion),
        )


def _value_tests(
    today: ColumnSummary,
    against: Against,
    baseline: Sequence[ColumnSummary],
    days: Sequence[ColumnSummary],
    rules: InputRules,
) -> Iterator[InputEvidence]:
    known = [each for each in baseline if each.known]
    if today.known < FEWEST_VALUES or not known:
        return
    yield _stability(today, against, known, [each for each in days if each.known], rules)
    if today.is_constant:
        commonest = sum(each.commonest for each in known) / sum(each.compared for each in known)
        yield InputEvidence(
            rule="constant",
            against=against,
            observed=1.0,
            usual=commonest,
            size=(1 - commonest) / OTHERS,
            p_value=constant_p_value(today.known, commonest),
        )


def _stability(
    today: ColumnSummary,
    against: Against,
    baseline: Sequence[ColumnSummary],
    days: Sequence[ColumnSummary],
    rules: InputRules,
) -> InputEvidence:
    groups = grouped(today, baseline)
    between = Dispersion()
    if len(days) > 1:
        of_days = groups if against == "last days" else grouped(today, days)
        between = distribution_dispersion(of_days)
    index = stability_index(groups.today, groups.pooled)
    return InputEvidence(
        rule="stability",
        against=against,
        observed=index,
        usual=0.0,
        size=index / rules.input_stability_index,
        p_value=distribution_p_value(groups, between, of_days=against == "last days"),
    )


def _count(summary: ColumnSummary, rule: InputRule) -> tuple[int, int]:
    counts = {
        "missing": summary.missing, "unknown": summary.unknown, "outside": summary.outside or 0,
    }  # fmt: skip
    return counts[rule], summary.rows


def _trained(summary: ColumnSummary, rule: InputRule) -> tuple[int, int]:
    """Return what training counted; of its range, the two rows that would be outside without it."""
    return (min(2, summary.known), summary.rows) if rule == "outside" else _count(summary, rule)


def _counts(summary: ColumnSummary, rule: InputRule) -> bool:
    """Return whether a summary counted what the rule is about: a range may not have been known."""
    return rule != "outside" or summary.outside is not None


def _sum(counts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(count for count, _ in counts), sum(total for _, total in counts)


def _ratio(count: tuple[int, int]) -> float:
    return count[0] / count[1] if count[1] else 0.0
