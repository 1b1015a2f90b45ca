"""Registry aliases: the model versions called champion and previous."""

from foundation.errors import NotFound
from foundation.production.config import ProductionConfig
from promotion.production import ProductionSession
from promotion.protocol.projection import roll_forward

CHAMPION, PREVIOUS = "champion", "previous"
ALIASES = (CHAMPION, PREVIOUS)


def register(config: ProductionConfig, production: ProductionSession) -> str | None:
    """Return the model version of a promotion, registered if needed; None without its run.

    A run that somebody deleted must not hold up the promotion: the registry only mirrors
    production.
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
    """Point `champion` to the version of this promotion, `previous` to the one it replaced.

    When another promotion is in production by now, the aliases point to its versions.
    """
    registry = production.registry

    def point(current: ProductionConfig) -> None:
        registry.set_alias(CHAMPION, register(current, production))
        registry.set_alias(
            PREVIOUS, registry.version_of(current.follows) if current.follows else None
        )

    roll_forward(config, production, point)


def expected_aliases(
    config: ProductionConfig, production: ProductionSession
) -> dict[str, str | None]:
    """Return the version that each alias should point to for this configuration."""
    registry = production.registry
    return {
        CHAMPION: registry.version_of(config.promotion_id),
        PREVIOUS: registry.version_of(config.follows) if config.follows else None,
    }
