"""State: what is in production now, in S3 and in Parameter Store."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from foundation import locations
from foundation.digests import digest_of_json
from foundation.errors import NotFound
from foundation.locations import uri
from foundation.production.config import (
    ProductionConfig,
    parse_production_config,
    to_parameter,
)
from foundation.stores.parameter_store import Parameter
from promotion.production import ProductionSession
from promotion.records import Base


@dataclass(frozen=True)
class State:
    """The configuration, its bytes and ETag as read, and every projected parameter."""

    config: ProductionConfig | None
    data: bytes | None
    etag: str | None
    parameters: dict[str, Parameter]

    @property
    def promotion_id(self) -> str | None:
        return self.config.promotion_id if self.config else None

    @property
    def base(self) -> Base:
        values = {name: parameter.value for name, parameter in self.parameters.items()}
        return Base(
            etag=self.etag, promotion_id=self.promotion_id, parameters=digest_of_json(values)
        )


def read_state(production: ProductionSession) -> State:
    """Read the state; errors as of `parse_production_config` for a file that is not whole."""
    config, data, etag = read_config(production)
    return State(config, data, etag, read_parameters(production))


def read_config(
    production: ProductionSession,
) -> tuple[ProductionConfig | None, bytes | None, str | None]:
    """Read the configuration, its bytes and its ETag; all None before the first promotion."""
    bucket, key = production.bucket, locations.PRODUCTION_CONFIG
    try:
        found = production.objects.read_versioned(bucket, key)
    except NotFound:
        return None, None, None
    return parse_production_config(found.data, source=uri(bucket, key)), found.data, found.etag


def current_promotion(production: ProductionSession) -> str | None:
    """Return the id of the promotion in production; None before the first."""
    config, _, _ = read_config(production)
    return config.promotion_id if config else None


def read_parameters(production: ProductionSession) -> dict[str, Parameter]:
    """Read every parameter that promotions write, by its full name."""
    parameters = production.parameters
    return {
        **parameters.below(locations.HYPERPARAMETERS),
        **parameters.read([locations.CONFIG_PARAMETER]),
    }


def projected(config: ProductionConfig) -> dict[str, str]:
    """Return the parameters of a configuration, that of the whole configuration last.

    Hyperparameters are JSON: so text and numbers, and 1 and 1.0, stay apart, and no value is empty,
    which AWS refuses.
    """
    values: Mapping[str, object] = config.hyperparameters
    single = {
        locations.hyperparameter_name(name): json.dumps(value, ensure_ascii=False)
        for name, value in values.items()
    }
    return {**single, locations.CONFIG_PARAMETER: to_parameter(config)}
