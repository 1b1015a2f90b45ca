"""Feature step: columns that are computed from a transaction alone and added to it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import ValidationError, model_serializer

from foundation.errors import InvalidData
from foundation.params import Params
from fraud.data.arrays import Matrix
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import RoleMissing, RoleName, Roles


class FittedStep(Params, ABC):
    """A step fitted on the training rows; its fields are its whole state, as JSON.

    Rows come as LabelledRows has them: the features, then the amount, then the time, where there
    are such.
    """

    @abstractmethod
    def added(self, rows: Matrix) -> Matrix:
        """Return the new columns of each row; a value computed from a missing one is missing."""

    @abstractmethod
    def sources(self, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the new columns by name, each with those of `columns` that it is computed from."""


class Step(Params, ABC):
    """One kind of added columns; its fields are its options.

    A step that is made of the amount or the time `needs` such a column: its `fit` raises
    RoleMissing without one.
    """

    name: ClassVar[str]
    needs: ClassVar[RoleName | None] = None
    fitted: ClassVar[type[FittedStep]]

    @abstractmethod
    def fit(self, train: LabelledRows) -> FittedStep: ...

    def restored(self, state: Mapping[str, Any]) -> FittedStep:
        """Rebuild the fitted step from its fields; InvalidData for fields of something else."""
        try:
            return self.fitted.model_validate(state)
        except ValidationError as error:
            message = f"This is not the state of the feature step {self.name}: {error}"
            raise InvalidData(message) from error

    def require_described(self, roles: Roles, *, data: str | None = None) -> None:
        """Raise RoleMissing where the data lacks the amount or the time that the step needs."""
        if self.needs is not None and self.needs in roles.missing:
            needed_by = f"The feature step {self.name}"
            otherwise = "choose a feature set without it"
            raise RoleMissing(self.needs, needed_by, data=data, otherwise=otherwise)

    @model_serializer
    def grammar(self) -> str | dict[str, dict[str, Any]]:
        """Return the step as YAML has it: its name, and its options where it has any."""
        options = {option: getattr(self, option) for option in type(self).model_fields}
        return {self.name: options} if options else self.name
