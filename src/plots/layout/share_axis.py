"""Share axis: limits and ticks of an axis of shares that hold every interval whole."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from fraud.data.arrays import Floats

ROOM = 1.06  # of the highest end, at the far end of the axis
UNEVEN = 6.0  # a highest end beyond this many typical ones is drawn on a logarithmic part
LINEAR_PART = 2.0  # as long as so many powers of ten of the logarithmic part
TICK = 0.08  # of the axis: the least from one tick to the next
SERIES = (1, 2, 5)


def format_as_small_percent(*directions: Axis) -> None:
    for axis in directions:
        axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.3g}%"))


def fit_shares(axis: Axis, ends: Sequence[float] | Floats) -> str:
    """Set an axis from 0 to beyond the highest of some ends; no interval is cut off.

    The interval of a few rows may reach to 80 % where the others end at 1 %. The axis is then
    linear up to the typical end, and logarithmic above, so that both can be read.

    Returns:
        What the label of the axis has to add about the scale; empty for a linear axis.

    """
    given = np.asarray(ends, dtype=np.float64)
    known = given[given > 0] if (given > 0).any() else np.array([0.01])
    highest, typical = float(known.max()), round_up(float(np.median(known)))
    name = "x" if axis is axis.axes.xaxis else "y"
    format_as_small_percent(axis)
    if highest <= UNEVEN * typical:
        axis.axes.set(**{f"{name}lim": (0, ROOM * highest)})
        return ""
    rescale = getattr(axis.axes, f"set_{name}scale")
    rescale("symlog", linthresh=typical, linscale=LINEAR_PART)
    axis.axes.set(**{f"{name}lim": (0, highest * ROOM**2)})
    axis.set_major_locator(FixedLocator(_ticks(typical, highest)))
    axis.set_minor_locator(NullLocator())
    format_as_small_percent(axis)
    return f" (log scale above {100 * typical:.3g}%)"


def round_up(share: float) -> float:
    """Return the next number of the series 1, 2, 5, 10, … that is not below a positive one."""
    power = 10.0 ** int(np.floor(np.log10(share)))
    return next(step * power for step in (*SERIES, 10) if step * power >= share * (1 - 1e-9))


def _ticks(typical: float, highest: float) -> list[float]:
    """Return 0, two ticks of the linear part, and those of the series 1, 2, 5 with room above."""
    apart = TICK * (LINEAR_PART + np.log10(highest / typical))  # in powers of ten
    powers = 10.0 ** np.arange(np.floor(np.log10(typical)), np.log10(highest) + 1)
    chosen = [typical]
    for tick in (float(step * power) for power in powers for step in SERIES):
        if np.log10(tick / chosen[-1]) >= apart and tick <= highest * ROOM:
            chosen.append(tick)
    return [0.0, typical / 2, *chosen]
