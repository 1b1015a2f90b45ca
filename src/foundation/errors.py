"""Errors: every refusal of this project, and whether a retry can help.

FraudDetectionError
├── InvalidParams            a YAML file or a parameter is wrong; nothing was run
├── InvalidData              the data is wrong; the message names what was set aside
├── NotFound                 something that should be there is not
├── AlreadyExists            a write-once object is there already
├── Outdated                 something is no longer what it was when it was read
├── DigestMismatch           bytes are not the ones that were promised
├── GateFailed               the model is below a bar that was set for it
├── AccessDenied             AWS denies it to this identity
├── ServiceRefused           a service refused the request as wrong
│   └── RowsRefused          the model refused rows of the request
└── Unavailable              a service did not answer, or answered that it is busy: worth a retry
"""


class FraudDetectionError(Exception):
    """Base of every error of this project. Its message has the rule, the facts and the way out."""

    worth_retrying = False


class InvalidParams(FraudDetectionError):
    """A parameter file or value is wrong; all its problems are listed at once."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self.source, self.problems = source, problems
        listed = "\n".join(f"  - {problem}" for problem in problems)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{source} has {count}:\n{listed}\nFix it; nothing was run.")


class InvalidData(FraudDetectionError):
    """The data breaks its contract."""


class NotFound(FraudDetectionError):
    """Something that should be there is not."""


class AlreadyExists(FraudDetectionError):
    """A write-once object exists already; it was not touched."""


class Outdated(FraudDetectionError):
    """Something is no longer what it was when it was read; nothing was written over it."""


class DigestMismatch(FraudDetectionError):
    """Bytes are not the ones that were promised."""

    def __init__(self, what: str, *, expected: str, found: str, way_out: str) -> None:
        super().__init__(
            f"{what} is not what it should be: its sha256 is {found}, "
            f"expected {expected}. {way_out}"
        )


class GateFailed(FraudDetectionError):
    """The model is below a bar that was set for it."""


class AccessDenied(FraudDetectionError):
    """AWS denies the action to this identity."""


class ServiceRefused(FraudDetectionError):
    """A service understood the request and refused it; the same request will be refused again."""


class RowsRefused(ServiceRefused):
    """A model refused the rows of a request for `reason`.

    `row` (from 1) and `column` locate the fault where the model names it.
    """

    def __init__(
        self, message: str, reason: str, row: int | None = None, column: str | None = None
    ) -> None:
        self.reason, self.row, self.column = reason, row, column
        super().__init__(message)


class Unavailable(FraudDetectionError):
    """A service did not answer, or answered that it cannot now."""

    worth_retrying = True


def is_worth_retrying(error_name: str) -> bool:
    """Return whether a retry may help after an error of which only the class name is known.

    A notebook reports no more than that name. Unknown names are worth a retry: they are none of
    the refusals above.
    """
    known = {kind.__name__: kind for kind in _all_errors(FraudDetectionError)}
    return error_name not in known or known[error_name].worth_retrying


def _all_errors(kind: type[FraudDetectionError]) -> list[type[FraudDetectionError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in _all_errors(child))]
