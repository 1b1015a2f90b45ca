"""Change request: the reason for a change of production, and who approved it."""

from typing import NamedTuple

from foundation.errors import InvalidParams


class ChangeRequest(NamedTuple):
    """The reason and the approver as they are kept: without surrounding blanks."""

    reason: str
    approved_by: str | None


def checked_request(
    what: str, reason: str, approved_by: str | None, requested_by: str, *, is_forced: bool = False
) -> ChangeRequest:
    """Return the request as the history will keep it.

    `what` names the change in error messages. Raises InvalidParams with every problem: an empty or
    unencodable text, a missing approver of a forced promotion, an approver who is the requester.
    """
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
