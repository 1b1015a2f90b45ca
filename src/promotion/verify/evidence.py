"""Evidence: what is in production, what should be, and the records of how it came there."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from foundation import locations
from foundation.errors import DigestMismatch, InvalidData, NotFound
from foundation.locations import uri
from foundation.production.config import (
    ProductionConfig,
    from_parameter,
    parse_production_config,
)
from foundation.stores.parameter_store import Parameter
from promotion.audit.trail import AuditEntry, AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.archive import read_archived_config
from promotion.protocol.journal import FINISHED, JOURNAL, files_by_promotion, read_journal
from promotion.protocol.state import read_parameters

NOT_KEPT = (NotFound, InvalidData, DigestMismatch, ValidationError)
NOT_WHOLE = (InvalidData, DigestMismatch)
PROMOTING = ("promoted", "rolled back")

Reader = Callable[[str, ProductionSession], ProductionConfig]


@dataclass(frozen=True)
class FoundConfig:
    """`production-model-config.yaml` as it was found; `problem` is why readers refuse it."""

    data: bytes | None
    etag: str | None
    config: ProductionConfig | None
    problem: str | None

    @property
    def named(self) -> str | None:
        """The promotion that the file names, even if readers refuse the file."""
        if self.config:
            return self.config.promotion_id
        try:
            content: Any = yaml.safe_load(self.data or b"")
        except (yaml.YAMLError, ValueError, RecursionError):
            return None
        named = content.get("promotion_id") if isinstance(content, dict) else None
        return named if isinstance(named, str) else None


@dataclass(frozen=True)
class Evidence:
    """Everything about production, read at about one moment.

    `promoted` is the configuration that belongs in production; None where nothing was ever
    promoted, or no whole record of it is left.
    """

    found: FoundConfig
    parameters: dict[str, Parameter]
    entries: list[AuditEntry]
    files: dict[str, set[str]]  # of each promotion
    promoted: ProductionConfig | None

    @property
    def recorded(self) -> dict[str, AuditEntry]:
        """The history entry of each recorded promotion, the newest last."""
        return recorded_promotions(self.entries)

    @property
    def is_finished(self) -> bool:
        """Whether the promotion that belongs in production has finished."""
        promotion_id = self.promoted.promotion_id if self.promoted else ""
        return FINISHED in self.files.get(promotion_id, ())


def gather_evidence(production: ProductionSession) -> Evidence:
    """Read all evidence; what is damaged stops nothing, only what cannot be reached does."""
    found, parameters = read_found_config(production), read_parameters(production)
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    entries, files = trail.sound_entries(), files_by_promotion(production)
    recorded = recorded_promotions(entries)
    manifest = _manifest(parameters)
    named = found.named or (manifest and manifest.promotion_id)
    is_unrecorded = named not in recorded and JOURNAL in files.get(named or "", ())
    last = named if is_unrecorded else next(reversed(recorded), None)
    promoted = (
        _expected_config(last, recorded, (found.config, manifest), production) if last else None
    )
    return Evidence(found, parameters, entries, files, promoted)


def read_found_config(production: ProductionSession) -> FoundConfig:
    """Read the configuration in S3, whether readers accept it or not."""
    bucket, key = production.bucket, locations.PRODUCTION_CONFIG
    try:
        data, etag = production.objects.read_versioned(bucket, key)
    except NotFound:
        return FoundConfig(None, None, None, None)
    try:
        config = parse_production_config(data, source=uri(bucket, key))
    except NOT_WHOLE as error:
        return FoundConfig(data, etag, None, str(error))
    return FoundConfig(data, etag, config, None)


def recorded_promotions(entries: Sequence[AuditEntry]) -> dict[str, AuditEntry]:
    """Return the entry of each promotion among the history entries, the newest last."""
    return {
        str(entry.event.promotion_id): entry for entry in entries if entry.event.kind in PROMOTING
    }


def _expected_config(
    promotion_id: str,
    recorded: Mapping[str, AuditEntry],
    shown: Sequence[ProductionConfig | None],
    production: ProductionSession,
) -> ProductionConfig | None:
    """Return what a promotion put in production: by the archive, its journal, or a reader's copy.

    Only a configuration with the digest that the history records counts, where it records one; None
    when no such configuration is left.
    """
    expected_digest = (
        recorded[promotion_id].event.config_digest if promotion_id in recorded else None
    )
    for read in (read_archived_config, read_journalled_config):
        if config := read_if_vouched(read, promotion_id, expected_digest, production):
            return config
    return next((config for config in shown if config and config.digest == expected_digest), None)


def read_if_vouched(
    read: Reader, promotion_id: str, expected_digest: str | None, production: ProductionSession
) -> ProductionConfig | None:
    """Return what `read` finds of a promotion, if whole and of the expected digest; else None."""
    try:
        config = read(promotion_id, production)
    except NOT_KEPT:
        return None
    return config if expected_digest in (None, config.digest) else None


def read_journalled_config(promotion_id: str, production: ProductionSession) -> ProductionConfig:
    """Read the configuration in the plan of a promotion; InvalidData for a changed plan."""
    plan = read_journal(promotion_id, production).plan
    if not plan.is_whole or plan.promotion_id != promotion_id:
        message = f"The plan in the journal of promotion {promotion_id} was changed."
        raise InvalidData(message)
    return plan.config


def _manifest(parameters: Mapping[str, Parameter]) -> ProductionConfig | None:
    """Return the configuration that Parameter Store holds; None if it is damaged or absent."""
    if manifest := parameters.get(locations.CONFIG_PARAMETER):
        with suppress(*NOT_WHOLE):
            return from_parameter(manifest.value, source=manifest.name)
    return None
