"""Archive: every configuration that was ever in production, by the id of its promotion."""

from foundation import locations
from foundation.errors import AlreadyExists, InvalidData, NotFound
from foundation.locations import uri
from foundation.params import did_you_mean
from foundation.production.config import ProductionConfig, parse_production_config, to_yaml
from promotion.production import ProductionSession
from promotion.protocol.state import State

PREVIOUS = "previous"
LISTED = "`ceap promotion history` lists them. Production is unchanged."


def archived_promotions(production: ProductionSession) -> list[str]:
    """Return the ids of all promotions whose configuration is archived."""
    before, after = locations.archived_config_key("\0").split("\0")
    keys = production.objects.keys(production.bucket, before)
    return [key.removeprefix(before).removesuffix(after) for key in keys if key.endswith(after)]


def read_archived_config(promotion_id: str, production: ProductionSession) -> ProductionConfig:
    """Read the configuration that a promotion put in production.

    Raises NotFound, or InvalidData or DigestMismatch for a file that is not what was archived.
    """
    place = production.bucket, locations.archived_config_key(promotion_id)
    config = parse_production_config(production.objects.read(*place), source=uri(*place))
    if config.promotion_id != promotion_id:
        message = (
            f"{uri(*place)} holds the configuration of promotion {config.promotion_id}: somebody "
            "put it there. It was not used. Put the right one back: ceap promotion verify --repair"
        )
        raise InvalidData(message)
    return config


def archive(config: ProductionConfig, production: ProductionSession) -> None:
    """Write the configuration to the archive, once and for ever.

    An archived file with the same configuration and another header stays.
    """
    place = production.bucket, locations.archived_config_key(config.promotion_id)
    try:
        production.objects.write_once(*place, to_yaml(config))
    except AlreadyExists:
        if read_archived_config(config.promotion_id, production).digest != config.digest:
            raise


def resolve_promotion(name: str, state: State, production: ProductionSession) -> str:
    """Return the id of the promotion that `name` means: an id, a prefix of one, or "previous".

    Raises NotFound for a name that no promotion has, or several.
    """
    if name == PREVIOUS:
        return _previous(state)
    known = archived_promotions(production)
    found = [name] if name in known else [each for each in known if name and each.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{len(found)} promotions begin with {name!r}: {', '.join(found[-3:])} … {LISTED}"
        raise NotFound(message)
    hint = did_you_mean(name, {*known, PREVIOUS})
    message = f"No promotion that was in production is called {name!r}; {hint}. {LISTED}"
    raise NotFound(message)


def _previous(state: State) -> str:
    if state.config is None:
        message = f"Nothing is in production, so nothing was there before it. {LISTED}"
        raise NotFound(message)
    if state.config.follows is None:
        message = f"{state.config.promotion_id} is the first promotion: it replaced none. {LISTED}"
        raise NotFound(message)
    return state.config.follows
