"""Data spec: the columns of a data set, the role of each, and the format of the raw file."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from foundation.errors import InvalidData
from foundation.params import Params
from fraud.data.floors import Floors
from fraud.data.formats import FileFormat, LabelFormat, TimeFormat
from fraud.data.roles import Roles

REST = "rest"
PATTERNED = ("features", "categorical", "ignore")
Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Columns = Annotated[
    list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
]


class DataSpec(FileFormat, LabelFormat, TimeFormat, Params):
    """One data set: its raw file, its columns and their roles.

    `label` says which transactions are fraud. `sha256` is that of the published raw file, where
    there is one. A model takes the `features`, which are finite numbers, the `categorical` columns,
    which are text, the `amount`, in the currency of the data set, and the `time`; at least one of
    these columns is there.

    Other optional columns: `id` identifies a transaction; `entities` are the parties of a
    transaction, as role and column (customer: customer_id), and may be features too; `missing`
    names the features whose numbers may be missing; `annotations` are for people; `ignore` names
    columns of the file that nothing reads. Features, categories, missing and ignored columns may be
    patterns (V*) or `rest`: every column that has no other role. `simulated` is a data set that has
    no real counterpart. `floors` are what a model of these data needs for production.
    """

    name: str
    raw: str = Field(pattern=r"^[\w.-]+$")
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    minimum_rows: int = Field(default=1, ge=1)
    label: str
    time: str | None = None
    amount: str | None = None
    amount_may_be_negative: bool = False
    features: Columns = Field(default=[])
    id: str | None = None
    entities: dict[Role, str] = Field(default={})
    categorical: Columns = Field(default=[])
    missing: Columns = Field(default=[])
    annotations: list[str] = Field(default=[])
    ignore: Columns = Field(default=[])
    simulated: bool = False
    floors: Floors = Floors()

    @model_validator(mode="before")
    @classmethod
    def _is_decided(cls, values: Any) -> Any:
        """Refuse a draft with a question that nobody has answered."""
        if isinstance(values, dict):
            asked = {name: text for name, text in values.items() if _is_question(text)}
            if asked:
                listed = "; ".join(
                    f"{name}: {str(text)[1:].strip()}" for name, text in asked.items()
                )
                message = f"the description leaves questions open, so nothing is read. {listed}"
                raise ValueError(message)
        return values

    @model_validator(mode="after")
    def _names_each_column_once(self) -> Self:
        columns = [*self.model_columns, *self.annotations, *self.ignore, self.label]
        columns += [self.id] if self.id is not None else []
        repeated = {name for name in columns if columns.count(name) > 1}
        parties = list(self.entities.values())
        repeated |= {name for name in parties if parties.count(name) > 1}
        # A card number may be a feature, or a category, and also name the card.
        repeated |= set(parties) & (set(columns) - {*self.features, *self.categorical})
        if repeated:
            listed = ", ".join(sorted(repeated))
            message = f"a column has one role, but these are named twice: {listed}"
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
        has_patterns = any(map(_is_pattern, self.features))
        strangers = [
            name
            for name in self.missing
            if name not in self.features and not _is_pattern(name) and not has_patterns
        ]
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
        return Roles(self.amount, self.time, self.amount_may_be_negative)

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Every column that is stored, in its order; the label is the last."""
        return _unique((*self.model_columns, *self.keys, *self.annotations, self.label))

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell transactions and their parties apart; none of them is empty."""
        return (*((self.id,) if self.id is not None else ()), *self.entities.values())

    @property
    def key_columns(self) -> dict[str, str]:
        """The columns of `keys`, and the name under which the text of each is stored.

        A feature is a number, which rounds a long account number. So what is both is stored twice.
        """
        return {name: f"{name} (text)" if name in self.features else name for name in self.keys}

    @property
    def entity_columns(self) -> dict[str, str]:
        """The roles of the parties, and the stored column that holds the text of each."""
        return {role: self.key_columns[name] for role, name in self.entities.items()}

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that are stored as numbers, the label included."""
        return (*self.features, *self.roles.columns, self.label)

    @property
    def exact_texts(self) -> dict[str, str]:
        """The stored columns of text beside columns of numbers, and the columns of the file."""
        return {text: name for name, text in self.key_columns.items() if text != name}

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns that are stored as text."""
        named = (*self.categorical, *self.keys, *self.annotations)
        return tuple(name for name in _unique(named) if name not in self.features)

    def require_matches(self, names: Sequence[str]) -> None:
        """Raise InvalidData where a pattern stands for no column of a file."""
        found = self.resolved(names)
        for role in PATTERNED:
            for pattern in getattr(self, role):
                is_empty = not any(fnmatchcase(name, pattern) for name in getattr(found, role))
                if _is_pattern(pattern) and pattern != REST and pattern not in names and is_empty:
                    message = (
                        f"{role}: the pattern {pattern} of {self.name} stands for no column that "
                        "the file has and that is free. Nothing was written."
                    )
                    raise InvalidData(message)

    def resolved(self, names: Sequence[str]) -> Self:
        """Return the spec with the columns that its patterns stand for, among those of a file."""
        taken = {
            *(name for name in self.all_columns if not _is_pattern(name) or name in names),
            *(name for name in self.ignore if name in names),
        }
        columns: dict[str, list[str]] = {role: [] for role in PATTERNED}
        for is_rest in (False, True):  # what no pattern names is the rest
            for role in PATTERNED:
                patterns = [one for one in getattr(self, role) if (one == REST) == is_rest]
                columns[role] += _resolved(patterns, names, taken)
                taken |= set(columns[role])
        missing = _resolved(self.missing, columns["features"], set())
        return self.model_copy(update={**columns, "missing": missing})


def _resolved(patterns: Iterable[str], names: Sequence[str], taken: set[str]) -> list[str]:
    columns: list[str] = []
    for pattern in patterns:
        if pattern in names or not _is_pattern(pattern):
            columns.append(pattern)
        else:
            glob = "*" if pattern == REST else pattern
            columns += [name for name in names if name not in taken and fnmatchcase(name, glob)]
    return list(_unique(columns))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _is_pattern(name: str) -> bool:
    return name == REST or "*" in name or "?" in name


def _is_question(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("?") and len(value) > 1
