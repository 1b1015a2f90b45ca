"""Data spec: the columns of a data set, and the role of each."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from foundation.params import Params
from fraud.data.roles import Roles

Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class DataSpec(Params):
    """One data set: its raw file, its columns and their roles.

    `label` is 0 or 1 (1 is fraud). `sha256` is that of the published raw file, where there is one.
    A model takes the `features`, which are finite numbers, the `categorical` columns, which are
    text, the `amount`, in the currency of the data set, and the `time`, in seconds from the data
    set's first midnight; at least one of these columns is there.

    Other optional columns: `id` identifies a transaction; `entities` are the parties of a
    transaction, as role and column (customer: customer_id); `missing` names the features whose
    numbers may be missing; `annotations` are for people. `simulated` is a data set that has no real
    counterpart.
    """

    name: str
    raw: str = Field(pattern=r"^[\w.-]+$")
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    minimum_rows: int = Field(ge=1)
    label: str
    time: str | None = None
    amount: str | None = None
    features: list[str] = Field(default=[])
    id: str | None = None
    entities: dict[Role, str] = Field(default={})
    categorical: list[str] = Field(default=[])
    missing: list[str] = Field(default=[])
    annotations: list[str] = Field(default=[])
    simulated: bool = False

    @model_validator(mode="after")
    def _names_each_column_once(self) -> Self:
        columns = self.all_columns
        repeated = sorted({name for name in columns if columns.count(name) > 1})
        if repeated:
            message = f"a column has one role, but these are named twice: {', '.join(repeated)}"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _has_something_to_learn_from(self) -> Self:
        if not self.model_columns:
            message = (
                "features: a model needs one column at least, which may also be a categorical "
                "column, the amount or the time"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _misses_numbers_only(self) -> Self:
        strangers = [name for name in self.missing if name not in self.features]
        if strangers:
            message = (
                f"missing: only a column of features may miss numbers, and {', '.join(strangers)} "
                "is none; an amount, a time and a label that are described are always needed, and "
                "a categorical column may always be empty"
            )
            raise ValueError(message)
        return self

    @property
    def model_columns(self) -> tuple[str, ...]:
        """The columns that a model takes, in their order."""
        return (*self.features, *self.categorical, *self.roles.columns)

    @property
    def roles(self) -> Roles:
        """The amount and the time, where they are described."""
        return Roles(self.amount, self.time)

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Every column of the file, in the order in which they are stored."""
        return (*self.model_columns, *self.keys, *self.annotations, self.label)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell transactions and their parties apart; none of them is empty."""
        return (*((self.id,) if self.id is not None else ()), *self.entities.values())

    @property
    def texts(self) -> tuple[str, ...]:
        return (*self.categorical, *self.keys, *self.annotations)
