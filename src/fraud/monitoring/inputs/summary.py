"""Input summary: what one column held on a day or in training, in counts and quantiles."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from foundation.record import Record

Kind = Literal["number", "category", "amount", "time"]
Count = Annotated[int, Field(ge=0)]

INTERVALS = 100  # between the quantiles of a summary


class ColumnSummary(Record):
    """The values of one column over a number of rows.

    A number has `quantiles`: the values below which 0, 1 … 100 % of its known values lie, or which
    equal them (the inverse of the empirical distribution function, so that each is a value of the
    column); times are seconds since midnight. A category has the counts of the `texts` that the
    model knows best, of its other known ones (`rest`), and the commonest of the unknown texts.

    `outside` counts numbers beyond the range of training; None where no range is known. `commonest`
    counts the commonest known value. Where quantiles (but for the least and the greatest) and
    `commonest` are those of a sample of the rows, `sampled` is its number of known values.
    """

    kind: Kind
    rows: Count
    missing: Count = 0
    unknown: Count = 0
    outside: Count | None = None
    commonest: Count = 0
    sampled: Count | None = Field(default=None, exclude_if=lambda count: count is None)
    quantiles: list[float] = Field(default_factory=list, exclude_if=lambda found: not found)
    texts: dict[str, Count] = Field(default_factory=dict, exclude_if=lambda found: not found)
    rest: Count = Field(default=0, exclude_if=lambda count: not count)
    unknown_texts: dict[str, Count] = Field(
        default_factory=dict, exclude_if=lambda found: not found
    )

    @property
    def known(self) -> int:
        """The number of values that the model can use."""
        return self.rows - self.missing - self.unknown

    @property
    def compared(self) -> int:
        """The number of known values that quantiles, texts and `commonest` are of."""
        return self.known if self.sampled is None else self.sampled

    @property
    def is_constant(self) -> bool:
        """Whether every known value is the same, of at least two."""
        if self.quantiles:
            return self.known > 1 and self.quantiles[0] == self.quantiles[-1]
        return self.known > 1 and self.commonest == self.known

    @property
    def range(self) -> tuple[float, float] | None:
        """The least and the greatest number; None of categories, and where none is known."""
        return (self.quantiles[0], self.quantiles[-1]) if self.quantiles else None


class InputReference(Record):
    """The inputs of training, column by column: `inputs.json` of a model."""

    format: Literal[1] = 1
    columns: dict[str, ColumnSummary]

    @property
    def ranges(self) -> Mapping[str, tuple[float, float]]:
        """The range of each column of numbers; the time of day has none, as it is a circle."""
        found = {name: each.range for name, each in self.columns.items() if each.kind != "time"}
        return {name: each for name, each in found.items() if each is not None}


class FieldUse(Record):
    """The features of transactions that are not those of the model, over the scored ones.

    `unknown` counts the transactions that have a feature which the model does not know, `absent`
    those without one that it knows. `renamed` are the absent ones that the very transactions
    without them have under an unknown name.
    """

    unknown: dict[str, Count] = Field(default_factory=dict)
    absent: dict[str, Count] = Field(default_factory=dict)
    renamed: dict[str, str] = Field(default_factory=dict)


class DayInputs(Record):
    """The inputs of one day's scored transactions, column by column.

    `reference` is the digest of the reference whose ranges were used; without one,
    `reference_problem` says why.
    """

    columns: dict[str, ColumnSummary]
    fields: FieldUse = FieldUse()
    reference: str | None = None
    reference_problem: str = ""
