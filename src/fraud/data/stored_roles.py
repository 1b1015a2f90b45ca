"""Stored roles: amount and time of the columns of a record, written only where unusual."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import (
    BaseModel,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from foundation.errors import InvalidData
from fraud.data.roles import Roles

ROLES, COLUMNS = "roles", "columns"


class StoredRoles(BaseModel):
    """The roles of a record that has `columns`, those of a model.

    Usual roles, and those of records from before amount and time were optional, are the last two
    columns. They are not written, so that such a record is the same to the byte as it was.
    """

    roles: Roles
    if TYPE_CHECKING:
        columns: Sequence[str]

    @model_validator(mode="before")
    @classmethod
    def _has_roles(cls, found: Any) -> Any:
        if not isinstance(found, dict) or ROLES in found or len(found.get(COLUMNS, ())) < 2:
            return found
        return {**found, ROLES: Roles.last_two(found[COLUMNS])}

    @model_validator(mode="after")
    def _ends_with_roles(self) -> Self:
        try:
            self.roles.require_last(self.columns)
        except InvalidData as error:
            raise ValueError(str(error)) from error
        return self

    @model_serializer(mode="wrap")
    def _without_usual_roles(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        if len(self.columns) > 1 and self.roles == Roles.last_two(self.columns):
            written.pop(ROLES, None)
        return written
