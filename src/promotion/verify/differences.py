"""Differences: where S3, Parameter Store and the registry differ from what was promoted."""

from collections.abc import Iterator

from foundation import locations
from foundation.locations import uri
from foundation.production.config import ProductionConfig, from_parameter
from foundation.record import Record
from foundation.stores.parameter_store import STRING, Parameter
from promotion.production import ProductionSession
from promotion.protocol.journal import FINISHED
from promotion.protocol.registry_aliases import CHAMPION, PREVIOUS, expected_aliases
from promotion.protocol.state import projected
from promotion.verify.evidence import NOT_WHOLE, Evidence

RECOVER = "ceap promotion recover"
BY_HAND = "It cannot be repaired: look who changed it."
LONGEST = 60  # characters of a value


class Difference(Record):
    """One place that differs from what it should hold, and how."""

    place: str
    what: str


def config_differences(evidence: Evidence, production: ProductionSession) -> Iterator[Difference]:
    """Compare the configuration in S3 with the last promoted one."""
    if what := _of_config(evidence):
        yield Difference(place=uri(production.bucket, locations.PRODUCTION_CONFIG), what=what)


def unfinished_differences(
    evidence: Evidence, production: ProductionSession
) -> Iterator[Difference]:
    """Report the promotion in production when it has not finished."""
    if evidence.promoted and not evidence.is_finished:
        promotion_id = evidence.promoted.promotion_id
        what = (
            f"Promotion {promotion_id} is in production and not finished: it is at work, or a "
            f"crash stopped it. Finish it with: {RECOVER}"
        )
        place = uri(production.bucket, locations.promotion_key(promotion_id, FINISHED))
        yield Difference(place=place, what=what)


def parameter_differences(
    evidence: Evidence, _production: ProductionSession
) -> Iterator[Difference]:
    """Compare Parameter Store with the configuration that it mirrors."""
    wanted = projected(evidence.promoted) if evidence.promoted else {}
    for name in sorted(wanted.keys() | evidence.parameters.keys()):
        if what := _of_parameter(name, wanted.get(name), evidence.parameters.get(name)):
            yield Difference(place=f"ssm:{name}", what=what)


def alias_differences(evidence: Evidence, production: ProductionSession) -> Iterator[Difference]:
    """Compare the aliases of the model registry with what is in production."""
    if evidence.promoted is None:
        return
    place, promotion_id = (
        f"mlflow:{production.settings.registered_model}",
        evidence.promoted.promotion_id,
    )
    expected = expected_aliases(evidence.promoted, production)
    if expected[CHAMPION] is None:
        what = f"It has no version of promotion {promotion_id}: its run is gone, or kept no model."
        yield Difference(place=place, what=what)
    whose = {CHAMPION: promotion_id, PREVIOUS: evidence.promoted.follows}
    for alias, version in expected.items():
        found = production.registry.version_at(alias)
        if found != version:
            of = f" (promotion {whose[alias]})" if version else ""
            what = f"It points to {_version(found)}, and {_version(version)}{of} is expected."
            yield Difference(place=f"{place}@{alias}", what=what)


def _of_config(evidence: Evidence) -> str | None:
    found, promoted = evidence.found, evidence.promoted
    if promoted is None:
        if found.data is not None:
            return "No promotion that anything is kept of put it there. Remove it, and promote."
        return (
            f"It is missing, and nothing of what was promoted is kept. {BY_HAND}"
            if evidence.recorded
            else None
        )
    expected = f"{_described(promoted)} belongs there."
    if found.data is None:
        return f"It is missing: {expected}"
    if found.config is None:
        return f"Readers refuse it: {expected} {found.problem}"
    if found.config.digest != promoted.digest:
        return f"It holds {_described(found.config)}: {expected}"
    return None


def _of_parameter(name: str, wanted: str | None, present: Parameter | None) -> str | None:
    if present is None:
        return f"It is missing: {_value(name, wanted)} is expected."
    if wanted is None:
        return (
            f"It is {_value(name, present.value)}, and nothing that is in production put it there."
        )
    if present.type != STRING:
        return f"It is a {present.type}, and a {STRING} is expected, {_value(name, wanted)}."
    if present.value != wanted:
        return f"It is {_value(name, present.value)}, and {_value(name, wanted)} is expected."
    return None


def _value(name: str, value: str | None) -> str:
    """Return a value for people; for the parameter of the whole configuration, a description."""
    text = value or ""
    if name == locations.CONFIG_PARAMETER:
        try:
            return _described(from_parameter(text, source=name))
        except NOT_WHOLE:
            return f"no whole configuration ({_short(text)})"
    return _short(text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _described(config: ProductionConfig) -> str:
    return f"{config.algorithm} of promotion {config.promotion_id}, digest {config.digest[:12]},"


def _version(version: str | None) -> str:
    return f"version {version}" if version else "no version"
