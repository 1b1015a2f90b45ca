"""Backup: everything that a promotion may overwrite, written and read back before it does."""

from foundation import locations
from foundation.digests import digest_of_bytes
from foundation.errors import DigestMismatch
from foundation.locations import uri
from promotion.production import ProductionSession
from promotion.protocol.registry_aliases import ALIASES
from promotion.protocol.state import State
from promotion.records import Backup


def back_up(state: State, promotion_id: str, production: ProductionSession) -> Backup:
    """Write the state to `backups/{promotion id}.json`.

    Raises DigestMismatch when what is read back is not what was written; nothing was changed then.
    """
    backup = Backup(
        promotion_id=promotion_id,
        taken_at=production.now(),
        config=state.data.decode() if state.data is not None else None,
        etag=state.etag,
        parameters=state.parameters,
        aliases={alias: production.registry.version_at(alias) for alias in ALIASES},
    )
    key, data = locations.backup_key(promotion_id), backup.to_json()
    production.objects.write_once(production.bucket, key, data)
    found = production.objects.read(production.bucket, key)
    if found != data or Backup.model_validate_json(found) != backup:
        raise DigestMismatch(
            uri(production.bucket, key),
            expected=digest_of_bytes(data),
            found=digest_of_bytes(found),
            way_out="A promotion without a backup is not begun: nothing was changed. Try again.",
        )
    return backup
