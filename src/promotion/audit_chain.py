"""Audit chain: what is wrong with the entries of the history, each by its name."""

from collections.abc import Mapping

from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData
from foundation.locations import AUDIT, audit_entry
from foundation.signing import Signer
from promotion.audit_records import KeptEntry

BEFORE_THE_FIRST = "0" * 64  # the sha256 that the first entry follows


def entry_number(key: str) -> int | None:
    """The number of the entry that lies under `key`; None for any other object."""
    digits = key.removeprefix(AUDIT).removesuffix(".json")
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits)
    return number if number and key == audit_entry(number) else None


def chain_problems(kept: Mapping[int, bytes], signer: Signer) -> list[str]:
    """Hold every entry against its signature, its place, and the entry that it follows."""
    found: list[str] = []
    before = 0
    for number in sorted(kept):
        if number > before + 1:
            found.append(_gap(before + 1, number - 1))
        own = _own_problems(number, kept[number], signer)
        found += own or _link_problems(number, kept)
        before = number
    return found


def _gap(first: int, last: int) -> str:
    if first == last:
        return f"{audit_entry(first)} is missing: the history goes on after it."
    return f"{audit_entry(first)} to {audit_entry(last)} are missing: the history goes on after."


def _own_problems(number: int, data: bytes, signer: Signer) -> list[str]:
    key = audit_entry(number)
    try:
        kept = KeptEntry(data)
    except InvalidData as error:
        return [f"{key} is not an entry of the history: {error}."]
    signature = kept.entry.signature
    checks = {
        f"{key} holds entry {kept.entry.number}: it was moved.": kept.entry.number == number,
        f"{key} is not in the form in which it was written.": kept.is_canonical,
        f"{key} is not what was signed: the signature of {signature.key} does not fit it, or that "
        "key is not the one of this history.": kept.is_signed_by(signer),
    }
    return [problem for problem, holds in checks.items() if not holds]


def _link_problems(number: int, kept: Mapping[int, bytes]) -> list[str]:
    """Of a sound entry, which says what the one before it was: that one, if it is another now."""
    previous = KeptEntry(kept[number]).entry.previous
    if number == 1:
        first = (
            f"{audit_entry(1)} is not the first: it follows an entry with the sha256 {previous}."
        )
        return [] if previous == BEFORE_THE_FIRST else [first]
    if number - 1 not in kept or previous == (found := digest_of_bytes(kept[number - 1])):
        return []
    return [
        f"{audit_entry(number - 1)} is not the entry that {audit_entry(number)} follows: its "
        f"sha256 is {found}, expected {previous}."
    ]
