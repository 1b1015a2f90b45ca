"""Units: whether a column of numbers is a multiple, the negative, or a shift of what is usual."""

import numpy as np

from fraud.data.arrays import Floats

MIDDLE = slice(10, 91)  # the quantiles from 10 % to 90 %
ALIKE = 0.12  # of two logarithms of ratios: samples of one distribution differ by less
SMALLEST = 1.4  # a factor of less is no unit
FACTORS = {
    10.0: "", 100.0: "", 1000.0: "", 10_000.0: "", 100_000.0: "", 1_000_000.0: "",
    60.0: "minutes for hours, or seconds for minutes", 3600.0: "seconds for hours",
    24.0: "hours for days", 86_400.0: "seconds for days",
}  # fmt: skip
DAY_HOURS = 24
DAY_SECONDS = 86_400


def unit_sentence(observed: Floats, usual: Floats, *, amount: bool) -> str:
    """Return what a change of unit or of sign would explain, as a predicate; "" for none.

    Both are 101 quantiles. Every quantile has to be the same multiple of the usual one.
    """
    if len(observed) != len(usual) or not len(usual):
        return ""
    factor = _factor(observed, usual)
    if factor is not None:
        is_unit = not 1 / SMALLEST < factor < SMALLEST
        return _in_words(factor, amount=amount) if is_unit else ""
    mirrored = _factor(-observed[::-1], usual)
    if mirrored is not None and 1 / SMALLEST < mirrored < SMALLEST:
        return "has the opposite sign of the usual values"
    return ""


def hours_shifted(observed: Floats, usual: Floats) -> int:
    """Return the hours by which times of day are later than usual, from -11 to 12; 0 for none.

    Both are 101 quantiles of seconds since midnight. A shift counts when it explains nearly all of
    the change.
    """
    today, before = _by_hour(observed), _by_hour(usual)
    distances = [float(np.abs(np.roll(before, k) - today).sum()) for k in range(DAY_HOURS)]
    best = int(np.argmin(distances))
    if distances[best] > distances[0] / 4:
        return 0
    return best if best <= DAY_HOURS // 2 else best - DAY_HOURS


def _factor(observed: Floats, usual: Floats) -> float | None:
    """Return the one factor between all quantiles; None where it is not one."""
    new, old = observed[MIDDLE], usual[MIDDLE]
    # Near zero a ratio is noise: a quantile counts from a tenth of the largest on.
    chosen = np.abs(old) > 0.1 * np.abs(old).max(initial=0.0)
    if chosen.sum() < len(old) / 3 or (new[chosen] / old[chosen] <= 0).any():
        return None
    ratios = np.log(new[chosen] / old[chosen])
    middle = float(np.median(ratios))
    spread = float(np.median(np.abs(ratios - middle)))
    return float(np.exp(middle)) if spread < ALIKE else None


def _in_words(factor: float, *, amount: bool) -> str:
    larger = factor if factor > 1 else 1 / factor
    near = min(FACTORS, key=lambda known: abs(np.log(known / larger)))
    exact = abs(np.log(near / larger)) < ALIKE
    shown = f"{near:,.0f}" if exact else f"about {larger:.2g}"
    how = f"{shown} times as large as usual" if factor > 1 else f"1/{shown} of the usual"
    if not exact:
        smaller = f"is {shown} times smaller than usual"
        return f"is {how}: another unit?" if factor > 1 else f"{smaller}: another unit?"
    if amount and near == 100:
        cents = "cents" if factor > 1 else "whole units instead of cents"
        return f"is {how}: {cents}?"
    reason = FACTORS[near]
    return f"is {how}: another unit{f' ({reason})' if reason and factor > 1 else ''}?"


def _by_hour(quantiles: Floats) -> Floats:
    """Return the share of each hour of the day."""
    ends = np.arange(1, DAY_HOURS + 1) * (DAY_SECONDS / DAY_HOURS)
    steps = np.linspace(0, 1, len(quantiles))
    shares: Floats = np.diff(np.interp(ends, quantiles, steps, left=0.0), prepend=0.0)
    return shares
