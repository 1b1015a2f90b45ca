"""Kept differences: where the history, the archive and the backups are not what was kept."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from foundation import locations
from foundation.errors import InvalidData
from foundation.locations import uri
from foundation.production.freeze import current_freeze
from promotion.audit.trail import AuditTrail
from promotion.freeze import freeze_problems
from promotion.production import ProductionSession
from promotion.protocol.archive import archived_promotions, read_archived_config
from promotion.protocol.journal import FINISHED
from promotion.verify.differences import BY_HAND, Difference
from promotion.verify.evidence import NOT_KEPT, Evidence

THREADS = 16


def history_differences(evidence: Evidence, production: ProductionSession) -> Iterator[Difference]:
    """Check the history against itself, against production, and against the freeze."""
    place = uri(production.bucket, locations.AUDIT)
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    problems = [f"{problem} {BY_HAND}" for problem in trail.problems()]
    last = next(reversed(evidence.recorded), None)
    if evidence.promoted and evidence.is_finished and evidence.promoted.promotion_id != last:
        problems.append(
            f"The last promotion that it vouches for is {last or 'none'}, and what is in "
            f"production is of {evidence.promoted.promotion_id}: its entry is missing or was "
            f"changed. {BY_HAND}"
        )
    for problem in problems:
        yield Difference(place=place, what=problem)
    for problem in _freeze_problems(evidence, production):
        yield Difference(place=uri(production.bucket, locations.FREEZE), what=problem)


def archive_differences(evidence: Evidence, production: ProductionSession) -> Iterator[Difference]:
    """Compare every archived configuration with the history entry that vouches for it."""
    expected = {each: entry.event.config_digest for each, entry in evidence.recorded.items()}
    kept = archived_promotions(production)
    with ThreadPoolExecutor(THREADS) as pool:
        digests = pool.map(lambda each: _archived_digest(each, production), kept)
        found = dict(zip(kept, digests, strict=True))
    for promotion_id in sorted({*expected, *kept}):
        what = _of_archived(promotion_id, expected, found)
        is_under_way = evidence.promoted and promotion_id == evidence.promoted.promotion_id
        if what and not (is_under_way and promotion_id not in expected):
            place = uri(production.bucket, locations.archived_config_key(promotion_id))
            yield Difference(place=place, what=what)


def backup_differences(evidence: Evidence, production: ProductionSession) -> Iterator[Difference]:
    """Report every finished promotion whose backup is missing."""
    folder = locations.backup_key("").partition("/")[0]
    kept = set(production.objects.keys(production.bucket, f"{folder}/"))
    for promotion_id, files in sorted(evidence.files.items()):
        key = locations.backup_key(promotion_id)
        if FINISHED in files and key not in kept:
            what = f"It is missing: what promotion {promotion_id} overwrote. {BY_HAND}"
            yield Difference(place=uri(production.bucket, key), what=what)


def _archived_digest(promotion_id: str, production: ProductionSession) -> str | None:
    try:
        return read_archived_config(promotion_id, production).digest
    except NOT_KEPT:
        return None


def _of_archived(
    promotion_id: str, expected: dict[str, str | None], found: dict[str, str | None]
) -> str | None:
    if promotion_id not in found:
        return f"It is missing: the history tells of promotion {promotion_id}."
    if promotion_id not in expected:
        return f"The history vouches for no such promotion. {BY_HAND}"
    if found[promotion_id] is None:
        return "It was edited, or is no configuration of this promotion: it is not used."
    if found[promotion_id] != expected[promotion_id]:
        return (
            f"It was replaced: its digest is {found[promotion_id]}, and the history says "
            f"{expected[promotion_id]}."
        )
    return None


def _freeze_problems(evidence: Evidence, production: ProductionSession) -> list[str]:
    try:
        frozen = current_freeze(production.objects, production.settings)
    except InvalidData as error:
        return [str(error)]
    return freeze_problems(evidence.entries, frozen)
