"""Asking: who wants a change of production, why, and who agreed to it."""

from typing import NamedTuple

from foundation.errors import InvalidParams


class ChangeRequest(NamedTuple):
    """A reason, and who agreed, as they are kept: without blanks around them."""

    reason: str
    approved_by: str | None


def checked_request(
    what: str, reason: str, approved_by: str | None, requested_by: str, *, is_forced: bool = False
) -> ChangeRequest:
    """Check what the history will keep of a request; InvalidParams lists all that is missing."""
    request = ChangeRequest(reason.strip(), None if approved_by is None else approved_by.strip())
    problems = [*_text_problems("reason", request.reason)]
    if request.approved_by is not None:
        problems += _text_problems("approved_by", request.approved_by)
    elif is_forced:
        problems.append("approved_by: who forces a promotion needs somebody who agreed to it")
    if request.approved_by == requested_by:
        problems.append(f"approved_by: somebody else than {requested_by}, who asks for it")
    if problems:
        raise InvalidParams(what, problems)
    return request


def _text_problems(name: str, text: str) -> list[str]:
    if not text:
        return [f"{name}: it is empty, and the history has to say it"]
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return [f"{name}: it is no text ({error})"]
    return []
