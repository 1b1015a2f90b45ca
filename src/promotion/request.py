"""Asking: who wants a change of production, why, and who agreed to it."""

from typing import NamedTuple

from foundation.errors import InvalidParams


class Asked(NamedTuple):
    """A reason, and who agreed, as they are kept: without blanks around them."""

    reason: str
    approved_by: str | None


def asked(
    what: str, reason: str, approved_by: str | None, who: str, *, is_forced: bool = False
) -> Asked:
    """Check what the history will keep of a request; InvalidParams lists all that is missing."""
    found = Asked(reason.strip(), None if approved_by is None else approved_by.strip())
    problems = [*_text_problems("reason", found.reason)]
    if found.approved_by is not None:
        problems += _text_problems("approved_by", found.approved_by)
    elif is_forced:
        problems.append("approved_by: who forces a promotion needs somebody who agreed to it")
    if found.approved_by == who:
        problems.append(f"approved_by: somebody else than {who}, who asks for it")
    if problems:
        raise InvalidParams(what, problems)
    return found


def _text_problems(name: str, text: str) -> list[str]:
    if not text:
        return [f"{name}: it is empty, and the history has to say it"]
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return [f"{name}: it is no text ({error})"]
    return []
