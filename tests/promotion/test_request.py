"""Change requests: what the history would miss is refused before anything is done."""

import pytest

from foundation.errors import InvalidParams
from promotion.request import checked_request


def test_a_request_is_kept_without_the_blanks_around_it() -> None:
    found = checked_request("The promotion", "  better \n", " grace ", "ada")

    assert (found.reason, found.approved_by) == ("better", "grace")
    assert checked_request("The promotion", "better", None, "ada").approved_by is None


@pytest.mark.parametrize(
    ("reason", "approved_by", "is_forced", "problems"),
    [
        (" ", None, False, ["reason: it is empty"]),
        ("\ud800", None, False, ["reason: it is no text"]),
        ("better", " ", False, ["approved_by: it is empty"]),
        ("better", "ada", False, ["approved_by: somebody else than ada"]),
        ("better", " ada ", True, ["approved_by: somebody else than ada"]),
        ("better", None, True, ["approved_by: who forces a promotion"]),
        ("", None, True, ["reason: it is empty", "approved_by: who forces a promotion"]),
    ],
)
def test_every_problem_of_a_request_is_named_at_once(
    reason: str, approved_by: str | None, is_forced: bool, problems: list[str]
) -> None:
    with pytest.raises(InvalidParams, match="The promotion") as refused:
        checked_request("The promotion", reason, approved_by, "ada", is_forced=is_forced)

    assert len(refused.value.problems) == len(problems)
    for found, expected in zip(refused.value.problems, problems, strict=True):
        assert found.startswith(expected)
