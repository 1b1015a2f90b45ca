"""Data spec: the columns of a data set, and the role of each."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from foundation.params import Params

Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class DataSpec(Params):
    """One data set: its raw file, its columns and their roles.

    `label` is 0 or 1 (1 is fraud), `time` is seconds from the data set's first midnight, `amount`
    is in the currency of the data set, and `features` are finite numbers. `sha256` is that of the
    published raw file, where there is one.

    Optional columns: `id` identifies a transaction; `entities` are the parties of a transaction, as
    role and column (customer: customer_id); `categorical` columns are features that hold text;
    `missing` names the features whose numbers may be missing; `annotations` are for people.
    Only features reach a model. `simulated` is a data set that has no real counterpart.
    """

    name: str
    raw: str = Field(pattern=r"^[\w.-]+$")
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    minimum_rows: int = Field(ge=1)
    label: str
    time: str
    amount: str
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
        if not self.features and not self.categorical:
            message = "features: a model needs one at least, or a categorical column"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _misses_numbers_only(self) -> Self:
        strangers = [name for name in self.missing if name not in self.features]
        if strangers:
            message = (
                f"missing: only a column of features may miss numbers, and {', '.join(strangers)} "
                "is none; the amount, the time and the label are always needed, and a categorical "
                "column may always be empty"
            )
            raise ValueError(message)
        return self

    @property
    def model_columns(self) -> tuple[str, ...]:
        """The columns that a model takes, in their order."""
        return (*self.features, *self.categorical, self.amount, self.time)

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
