"""Registry aliases: which version of the registered model is the champion, and which was before."""

from foundation.errors import NotFound
from foundation.production.config import ProductionConfig
from promotion.production import ProductionSession
from promotion.protocol.projection import roll_forward

CHAMPION, PREVIOUS = "champion", "previous"
ALIASES = (CHAMPION, PREVIOUS)


def register(config: ProductionConfig, production: ProductionSession) -> str | None:
    """The version of a promotion, registered now where it is not; None when its run is gone.

    A run that somebody deleted must not hold up what the registry only mirrors.
    """
    tags = {
        "algorithm": config.algorithm,
        "config_digest": config.digest,
        **({"restores": config.restores} if config.restores else {}),
        **({"model_digest": config.model_digest} if config.model_digest else {}),
    }
    try:
        return production.registry.register(
            config.promotion_id, config.lineage.get("run_id", ""), tags
        )
    except NotFound:
        return None


def point_aliases(config: ProductionConfig, production: ProductionSession) -> None:
    """Call this promotion's version the champion, and the one it replaced the previous; or those
    of what is in production by now."""
    registry = production.registry

    def point(current: ProductionConfig) -> None:
        registry.point(CHAMPION, register(current, production))
        registry.point(PREVIOUS, registry.version_of(current.follows) if current.follows else None)

    roll_forward(config, production, point)


def expected_aliases(
    config: ProductionConfig, production: ProductionSession
) -> dict[str, str | None]:
    registry = production.registry
    return {
        CHAMPION: registry.version_of(config.promotion_id),
        PREVIOUS: registry.version_of(config.follows) if config.follows else None,
    }
