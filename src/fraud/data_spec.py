"""Data spec: which columns a data set has, and what each is to a model."""

from typing import Self

from pydantic import Field, model_validator

from foundation.params import Params


class DataSpec(Params):
    """One data set: its raw file, its columns and their roles.

    `label` is 0 or 1 (1 is fraud), `time` is seconds from the data set's first midnight, `amount`
    is in the currency of the data set, and `features` are finite numbers. `sha256` is that of the
    published raw file, where there is one.
    """

    name: str
    raw: str = Field(pattern=r"^[\w.-]+$")
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    minimum_rows: int = Field(ge=1)
    label: str
    time: str
    amount: str
    features: list[str] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_each_column_once(self) -> Self:
        columns = self.all_columns
        repeated = sorted({name for name in columns if columns.count(name) > 1})
        if repeated:
            message = f"a column has one role, but these are named twice: {', '.join(repeated)}"
            raise ValueError(message)
        return self

    @property
    def model_columns(self) -> tuple[str, ...]:
        """What a model is given, in this order."""
        return (*self.features, self.amount, self.time)

    @property
    def all_columns(self) -> tuple[str, ...]:
        return (*self.model_columns, self.label)
