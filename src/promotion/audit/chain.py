"""Hash chain: the problems of history entries, each by the name of its entry."""

from collections.abc import Mapping

from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData
from foundation.locations import AUDIT, audit_entry_key
from foundation.signing.signing import Signer
from promotion.audit.entries import KeptEntry

BEFORE_THE_FIRST = "0" * 64  # the sha256 that the first entry follows


def entry_number(key: str) -> int | None:
    """Return the number of the entry with this key; None for any other object."""
    digits = key.removeprefix(AUDIT).removesuffix(".json")
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits)
    return number if number and key == audit_entry_key(number) else None


def chain_problems(found: Mapping[int, bytes], signer: Signer) -> list[str]:
    """Check every entry against its signature, its place, and the entry before it."""
    problems: list[str] = []
    before = 0
    for number in sorted(found):
        if number > before + 1:
            problems.append(_gap(before + 1, number - 1))
        problems += _problems_at(number, found, signer)
        before = number
    return problems


def entry_problems(number: int, kept: KeptEntry, signer: Signer) -> list[str]:
    """Check one entry against its place and its signature, and not against its neighbours."""
    key, signature = audit_entry_key(number), kept.entry.signature
    checks = {
        f"{key} holds entry {kept.entry.number}: it was moved.": kept.entry.number == number,
        f"{key} is not in the form in which it was written.": kept.is_canonical,
        f"{key} is not what was signed: the signature of {signature.key} does not fit it, or that "
        "key is not the one of this history.": kept.is_signed_by(signer),
    }
    return [problem for problem, holds in checks.items() if not holds]


def _problems_at(number: int, found: Mapping[int, bytes], signer: Signer) -> list[str]:
    try:
        kept = KeptEntry(found[number])
    except InvalidData as error:
        return [f"{audit_entry_key(number)} is not an entry of the history: {error}."]
    return entry_problems(number, kept, signer) or _link_problems(
        number, kept.entry.previous, found.get(number - 1)
    )


def _gap(first: int, last: int) -> str:
    if first == last:
        return f"{audit_entry_key(first)} is missing: the history goes on after it."
    missing = f"{audit_entry_key(first)} to {audit_entry_key(last)}"
    return f"{missing} are missing: the history goes on after."


def _link_problems(number: int, previous: str, before: bytes | None) -> list[str]:
    """Check the hash link of a sound entry to the entry before it.

    The entry is sound, so a link that does not fit means that the entry before it was changed.
    """
    key, former = audit_entry_key(number), audit_entry_key(number - 1)
    if number == 1:
        problem = f"{key} is not the first: it follows one with the sha256 {previous}."
        return [] if previous == BEFORE_THE_FIRST else [problem]
    if before is None or previous == (found := digest_of_bytes(before)):
        return []
    return [
        f"{former} is not the entry that {key} follows: its sha256 is {found}, expected {previous}."
    ]
