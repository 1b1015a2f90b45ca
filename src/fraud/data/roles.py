"""Roles: which columns of a model are the amount and the time, and what is refused without one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Self

from foundation.errors import InvalidData

RoleName = Literal["amount", "time"]
AMOUNT: Final = "amount"
TIME: Final = "time"


def left_out(what: str, role: RoleName, *, data: str) -> str:
    """Return the note that a report leaves something out, for the data lacks a role."""
    return (
        f"{what} left out: the data set {data} describes no {role} (a line `{role}: COLUMN` in "
        f"params/data/{data}.yaml names one)."
    )


class RoleMissing(InvalidData):
    """The data has no amount or no time, and something was requested that needs one.

    `lack` says so in half a sentence, for reports that leave it out.
    """

    def __init__(
        self, role: RoleName, needed_by: str, *, data: str | None = None, otherwise: str = ""
    ) -> None:
        self.role, self.needed_by = role, needed_by
        what, where = "this data set", "its description in params/data/"
        if data is not None:
            what, where = f"the data set {data}", f"params/data/{data}.yaml"
        lack = f"{needed_by} needs the {role} of each transaction, and {what} describes none"
        self.lack = f"{lack[0].lower()}{lack[1:]}; a line `{role}: COLUMN` in {where} names one"
        super().__init__(
            f"{lack}. Nothing was run. If a column holds the {role}, add the line "
            f"`{role}: COLUMN` to {where}"
            f"{f'; otherwise {otherwise}' if otherwise else ''}."
        )


@dataclass(frozen=True)
class Roles:
    """The columns of the amount and of the time; None where the data has no such column.

    Among the columns of a model they stand last, the amount before the time. Amounts are not
    negative, unless the data has refunds and says so.
    """

    amount: str | None
    time: str | None
    amount_may_be_negative: bool = False

    @classmethod
    def last_two(cls, columns: Sequence[str]) -> Self:
        """Return the roles of models and data from before amount and time were optional."""
        amount, time = columns[-2:]
        return cls(amount, time)

    @property
    def columns(self) -> tuple[str, ...]:
        """The amount and the time, or one of them, or none, as they stand in a table."""
        return tuple(name for name in (self.amount, self.time) if name is not None)

    def others(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the columns of a model but the amount and the time."""
        return tuple(columns[: len(columns) - len(self.columns)])

    def place(self, role: RoleName) -> int:
        """Return where the column of a role stands, counted from the end of a table."""
        return -1 if role == TIME or self.time is None else -2

    @property
    def missing(self) -> tuple[RoleName, ...]:
        """The roles that no column has."""
        named: dict[RoleName, str | None] = {"amount": self.amount, "time": self.time}
        return tuple(role for role, column in named.items() if column is None)

    def require_amount(
        self, needed_by: str, *, data: str | None = None, otherwise: str = ""
    ) -> str:
        """Return the column of the amount; RoleMissing where there is none."""
        if self.amount is None:
            raise RoleMissing(AMOUNT, needed_by, data=data, otherwise=otherwise)
        return self.amount

    def require_time(self, needed_by: str, *, data: str | None = None, otherwise: str = "") -> str:
        """Return the column of the time; RoleMissing where there is none."""
        if self.time is None:
            raise RoleMissing(TIME, needed_by, data=data, otherwise=otherwise)
        return self.time

    def require_last(self, columns: Sequence[str]) -> None:
        """Raise InvalidData unless these columns of a model end with the amount and the time."""
        last = self.columns
        if tuple(columns[len(columns) - len(last) :]) != last:
            message = (
                f"The columns of a model end with its amount and its time, {', '.join(last)}; "
                f"these end with {', '.join(columns[-2:])}. Nothing was fitted."
            )
            raise InvalidData(message)


NO_ROLES = Roles(amount=None, time=None)
