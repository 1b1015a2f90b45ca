"""Step: columns that are computed from a transaction alone and added to it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import ValidationError, model_serializer

from foundation.errors import InvalidData
from foundation.params import Params
from fraud.data.arrays import Matrix
from fraud.data.labelled_rows import LabelledRows


class FittedStep(Params, ABC):
    """What a step learned from the training rows; its fields are all of it, as JSON.

    Rows come as LabelledRows has them: the features, then the amount, then the time.
    """

    @abstractmethod
    def added(self, rows: Matrix) -> Matrix:
        """Compute the new columns of each row; what is made of a missing value is missing."""

    @abstractmethod
    def sources(self, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Name the new columns, and for each those of `columns` that it is made of."""


class Step(Params, ABC):
    """One kind of added columns; its fields are its options."""

    name: ClassVar[str]
    fitted: ClassVar[type[FittedStep]]

    @abstractmethod
    def fit(self, train: LabelledRows) -> FittedStep: ...

    def restored(self, state: Mapping[str, Any]) -> FittedStep:
        """Rebuild what `fit` gave of its fields; InvalidData for fields of something else."""
        try:
            return self.fitted.model_validate(state)
        except ValidationError as error:
            message = f"This is not the state of the feature step {self.name}: {error}"
            raise InvalidData(message) from error

    @model_serializer
    def grammar(self) -> str | dict[str, dict[str, Any]]:
        """Write the step as it stands in YAML: its name, and its options where it has any."""
        options = {option: getattr(self, option) for option in type(self).model_fields}
        return {self.name: options} if options else self.name
