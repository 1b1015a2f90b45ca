"""Chance: how probable a change of a share or of a distribution is when nothing has changed.

Days may differ from each other by more than counting explains. With enough earlier days, the
dispersion between them is estimated (Pearson's statistic over its degrees of freedom). Where it is
above 1, and not by chance, it multiplies variances, and the F distribution stands in for χ², as the
dispersion itself is uncertain (McCullagh and Nelder, Generalized Linear Models, 1989, sections 4.5
and 9.2). Otherwise, and without these days, counts are as dispersed as counting makes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from fraud.data.arrays import Floats
from fraud.monitoring.inputs.groups import Grouped

EXPLAINED = 0.1  # p-value of a dispersion that chance explains


@dataclass(frozen=True)
class Dispersion:
    """How much more days vary than counting explains, and the degrees of freedom of that estimate.

    `degrees` is None where it was not estimated, or is that of counting.
    """

    factor: float = 1.0
    degrees: int | None = None


AS_COUNTED = Dispersion()


def share_dispersion(days: Sequence[tuple[int, int]]) -> Dispersion:
    """Estimate the dispersion of a share between days of (count, total)."""
    counts, totals = np.array(days, dtype=np.float64).T
    share = counts.sum() / max(totals.sum(), 1.0)
    variances = totals * share * (1 - share)
    degrees = len(days) - 1
    if not variances.sum():
        return AS_COUNTED
    pearson = float(np.sum((counts - totals * share) ** 2 / np.maximum(variances, 1e-300)))
    return _beyond_counting(pearson / degrees, degrees, of=degrees)


def share_p_value(
    today: tuple[int, int], baseline: tuple[int, int], dispersion: Dispersion = AS_COUNTED
) -> float:
    """Return the two-sided p-value of equal shares, given (count, total) of both.

    Without an estimated dispersion: the binomial test of the counts given their sum (Przyborowski
    and Wilenski, 1940), which is exact for rare events and cautious for others; the rarer outcome
    is counted. With one: the likelihood ratio over the dispersion, which is distributed as
    F(1, degrees).
    """
    from scipy.special import bdtr, bdtrc, fdtrc

    (count, total), (past, past_total) = _rarer(today, baseline)
    if not count + past or not total or not past_total:
        return 1.0
    if dispersion.degrees is not None:
        statistic = _deviance((count, total), (past, past_total)) / dispersion.factor
        return float(fdtrc(1, dispersion.degrees, statistic))
    expected = total / (total + past_total)
    more = float(bdtrc(count - 1, count + past, expected)) if count else 1.0
    fewer = float(bdtr(count, count + past, expected))
    return min(1.0, 2 * min(more, fewer))


def stability_index(today: Floats, baseline: Floats) -> float:
    """Return the PSI of counts in the same groups: sum (p - q) ln(p / q); 0 for equal shares."""
    p, q = ((counts + 0.5) / (counts + 0.5).sum() for counts in (today, baseline))
    return float(np.sum((p - q) * np.log(p / q)))


def distribution_dispersion(groups: Grouped) -> Dispersion:
    """Estimate the dispersion of a distribution between the days of a baseline."""
    degrees, pooled = len(groups.baseline) - 1, groups.pooled
    sizes = groups.baseline.sum(axis=1)
    of_chance = groups.degrees * float(np.sum(1 / np.maximum(sizes, 1) - 1 / pooled.sum()))
    found = sum(stability_index(day, pooled) for day in groups.baseline)
    if of_chance <= 0:
        return AS_COUNTED
    return _beyond_counting(found / of_chance, degrees, of=degrees * groups.degrees)


def distribution_p_value(groups: Grouped, dispersion: Dispersion, *, of_days: bool) -> float:
    """Return the p-value of a PSI when nothing has changed.

    For large samples the PSI is distributed as χ²(groups - 1) times 1/n + 1/N (Yurdakul and
    Naranjo, 2020). The dispersion multiplies 1/n, and 1/N too where the baseline is made `of_days`.
    """
    from scipy.special import chdtrc, fdtrc

    if not groups.degrees:
        return 1.0
    of_baseline = dispersion.factor if of_days else 1.0
    scale = dispersion.factor / groups.today.sum() + of_baseline / groups.pooled.sum()
    statistic = stability_index(groups.today, groups.pooled) / scale
    if dispersion.degrees is None:
        return float(chdtrc(groups.degrees, statistic))
    return float(fdtrc(groups.degrees, dispersion.degrees, statistic / groups.degrees))


def constant_p_value(values: int, commonest: float) -> float:
    """Return the probability that `values` are all the commonest, whose usual share is given."""
    return float(commonest**values) if commonest > 0 else 0.0


def rejected(p_values: Sequence[float], false_alarms: float) -> list[bool]:
    """Return which hypotheses are rejected, all of them true with one rejected at most so often.

    `false_alarms` is the share of occasions with a wrong rejection, however the tests depend on
    each other. Source: Holm (1979).
    """
    order = np.argsort(p_values, kind="stable")
    found = [False] * len(p_values)
    for rank, place in enumerate(order.tolist()):
        if p_values[place] > false_alarms / (len(p_values) - rank):
            break
        found[place] = True
    return found


def _beyond_counting(factor: float, degrees: int, *, of: int) -> Dispersion:
    """Return the dispersion, unless chance explains an estimate `of` so many degrees of freedom.

    The F distribution gets `degrees`, which are fewer: the groups of a day vary together.
    """
    from scipy.special import chdtrc

    by_chance = factor <= 1 or float(chdtrc(of, factor * of)) > EXPLAINED
    return AS_COUNTED if by_chance else Dispersion(factor, degrees)


def _rarer(
    today: tuple[int, int], baseline: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    if 2 * (today[0] + baseline[0]) <= today[1] + baseline[1]:
        return today, baseline
    return (today[1] - today[0], today[1]), (baseline[1] - baseline[0], baseline[1])


def _deviance(today: tuple[int, int], baseline: tuple[int, int]) -> float:
    """Return twice the log likelihood that one common share loses against two."""
    share = (today[0] + baseline[0]) / (today[1] + baseline[1])
    return 2 * sum(
        _surprise(count, total * share) + _surprise(total - count, total * (1 - share))
        for count, total in (today, baseline)
    )


def _surprise(count: int, expected: float) -> float:
    return count * log(count / expected) if count else 0.0
