"""Aftermath: whether everything is whole again after whatever happened to a promotion."""

from collections import Counter
from dataclasses import dataclass

from foundation import locations
from foundation.production.config import ProductionConfig, to_yaml
from foundation.stores.lease_owner import LeaseOwner
from foundation.stores.parameter_store import Parameter
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.journal import FINISHED, JOURNAL, open_journals, read_closing, read_journal
from promotion.protocol.registry_aliases import ALIASES, expected_aliases
from promotion.protocol.state import projected, read_parameters, read_state
from promotion.records import Backup, Journal

KEPT = ("archive/", "backups/", "audit/", "promotions/")  # written once, and never again
LONG_AGO = 0.0
OPEN = "a journal is open"


@dataclass(frozen=True)
class Snapshot:
    """Everything that the stores hold, but for who holds the lease."""

    config: ProductionConfig | None
    objects: dict[str, bytes]
    parameters: dict[str, Parameter]
    aliases: dict[str, str | None]

    @property
    def kept(self) -> dict[str, bytes]:
        return {key: data for key, data in self.objects.items() if key.startswith(KEPT)}


def snapshot(production: ProductionSession) -> Snapshot:
    objects = {
        key: production.objects.read(production.bucket, key)
        for key in production.objects.keys(production.bucket, "")
        if not key.startswith(locations.PROMOTION_LEASE)
    }
    return Snapshot(
        config=read_state(production).config,
        objects=objects,
        parameters=read_parameters(production),
        aliases={alias: production.registry.version_at(alias) for alias in ALIASES},
    )


def bury(production: ProductionSession) -> None:
    """Make every process dead that holds the lease or opened a journal: this one played them."""
    objects, bucket = production.objects, production.bucket
    for key in objects.keys(bucket, locations.PROMOTION_LEASE):
        owner = LeaseOwner.model_validate_json(objects.read(bucket, key))
        objects.write(bucket, key, _dead(owner).to_json())
    for key in objects.keys(bucket, locations.PROMOTIONS):
        if key.endswith(JOURNAL):
            journal = Journal.model_validate_json(objects.read(bucket, key))
            buried = journal.model_copy(update={"opener": _dead(journal.opener)})
            objects.write(bucket, key, buried.to_json())


def problems(production: ProductionSession, before: Snapshot) -> list[str]:
    """What is not exactly as before the newest promotion, or as after it and its bookkeeping."""
    now = snapshot(production)
    follows = now.config and now.config.follows
    found = [*disagreements(production, now), *_lost(before, now)]
    if now.config != before.config:
        if follows != (before.config and before.config.promotion_id):
            found.append(f"{now.config} is in production: neither the old nor the new")
        elif not _holds(_backup(now.config.promotion_id, production), before):
            found.append("the backup is not what was there")
    return found


def disagreements(production: ProductionSession, now: Snapshot | None = None) -> list[str]:
    """What is not as the file in S3 says it: elsewhere now, and in all that was kept on the way."""
    now = now or snapshot(production)
    archives = _archives(now, production)
    times = recorded_events(production)
    found = _in_state(production, now)
    for name in _begun(now):
        wanted = int(name in archives)
        if times[name] != wanted:
            found.append(f"{name} is told {times[name]} times, not {wanted}")
        found += _of_committed(name, archives, production) if wanted else _of_nothing(name, now)
    return found


def _in_state(production: ProductionSession, now: Snapshot) -> list[str]:
    wanted = projected(now.config) if now.config else {}
    values = {name: parameter.value for name, parameter in now.parameters.items()}
    nobody: dict[str, str | None] = dict.fromkeys(ALIASES)
    aliases = expected_aliases(now.config, production) if now.config else nobody
    open_ones = open_journals(production, now.config and now.config.promotion_id)
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    file = now.objects.get(locations.PRODUCTION_CONFIG)
    archived = now.config and now.objects.get(
        locations.archived_config_key(now.config.promotion_id)
    )
    checks = {
        "the file is not what was archived": file != archived,
        "Parameter Store is not the projection": values != wanted,
        f"the aliases are {now.aliases}, not {aliases}": now.aliases != aliases,
        "nothing is the champion": now.config is not None and now.aliases["champion"] is None,
        OPEN: bool(open_ones),
    }
    return [problem for problem, holds in checks.items() if holds] + trail.problems()


def _lost(before: Snapshot, now: Snapshot) -> list[str]:
    return [f"{key} is not what it was" for key, data in before.kept.items()
            if now.kept.get(key) != data]  # fmt: skip


def _begun(now: Snapshot) -> list[str]:
    """Every promotion of which anything was kept."""
    return sorted({key.split("/")[1] for key in now.objects if key.startswith("promotions/")})


def _archives(now: Snapshot, production: ProductionSession) -> dict[str, str | None]:
    """What was archived of each promotion that was in production, from the newest back; at the
    end, under no name, what was there before the first."""
    found: dict[str, str | None] = {}
    name = now.config.promotion_id if now.config else None
    while name:
        data = now.objects.get(locations.archived_config_key(name))
        found[name] = data.decode() if data else None
        name = read_journal(name, production).plan.config.follows
    return {**found, "": None}


def _of_committed(
    name: str, archives: dict[str, str | None], production: ProductionSession
) -> list[str]:
    """What is missing of a promotion that came to production."""
    plan, closing = read_journal(name, production).plan, read_closing(name, production)
    checks = {
        "is archived as something else": archives[name] != to_yaml(plan.config).decode(),
        "is not closed as finished": closing is None or closing.outcome != "finished",
        "backed up something else than what it replaced": _backup(name, production).config
        != archives[plan.config.follows or ""],
    }
    return [f"{name} {problem}" for problem, holds in checks.items() if holds]


def _of_nothing(name: str, now: Snapshot) -> list[str]:
    """What is there of a promotion that never came to production."""
    wrong = {
        "is closed as finished": locations.promotion_key(name, FINISHED),
        "is archived": locations.archived_config_key(name),
    }
    return [f"{name}, which never was, {problem}" for problem, key in wrong.items()
            if key in now.objects]  # fmt: skip


def recorded_events(production: ProductionSession) -> Counter[str]:
    """How often the history tells of each event."""
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    return Counter(entry.event.event_id for entry in trail.entries())


def _backup(name: str, production: ProductionSession) -> Backup:
    data = production.objects.read(production.bucket, locations.backup_key(name))
    return Backup.model_validate_json(data)


def _holds(backup: Backup, before: Snapshot) -> bool:
    return (backup.parameters, backup.aliases) == (before.parameters, before.aliases)


def _dead(owner: LeaseOwner) -> LeaseOwner:
    """The same, as of a process whose number was given to another since."""
    return owner.model_copy(update={"process_started": LONG_AGO})
