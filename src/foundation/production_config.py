"""Production config: what production trains, read only when its digest proves it whole."""

from typing import Any, Protocol

import yaml
from pydantic import Field, ValidationError

from foundation import locations
from foundation.digests import digest_of_json
from foundation.errors import DigestMismatch, InvalidData, NotFound
from foundation.executions import Record
from foundation.settings import Settings

WAY_OUT = "It was not used. Promote again, or restore an earlier one from archive/."


class Readable(Protocol):
    """An object store; or an execution, which also notes what was read."""

    def read(self, bucket: str, key: str) -> bytes: ...


class ProductionConfig(Record):
    """The contents of `production-model-config.yaml`.

    `recipe` is a `fraud.recipe.Recipe`; a file from before there were recipes has none, which is
    the plain one. `digest` is the sha256 of everything else in the file, as canonical JSON.
    """

    format: int = 1
    promotion_id: str
    algorithm: str
    hyperparameters: dict[str, bool | int | float | str | None]
    recipe: dict[str, Any] = Field(default_factory=dict)
    decision_threshold: float | None = None
    metrics: dict[str, float]
    lineage: dict[str, str]
    digest: str


def read_production_config(store: Readable, settings: Settings) -> ProductionConfig | None:
    """Read the promoted configuration; None when nothing was ever promoted.

    Raises DigestMismatch when it was edited by hand or torn, InvalidData when it is not of this
    format at all.
    """
    try:
        data = store.read(settings.config_bucket, locations.PRODUCTION_CONFIG)
    except NotFound:
        return None
    return parse_production_config(
        data, source=f"s3://{settings.config_bucket}/{locations.PRODUCTION_CONFIG}"
    )


def parse_production_config(data: bytes, *, source: str) -> ProductionConfig:
    try:
        content = yaml.safe_load(data)
        config = ProductionConfig.model_validate(content)
    except (yaml.YAMLError, ValidationError) as error:
        message = f"{source} is not a production configuration: {error}. {WAY_OUT}"
        raise InvalidData(message) from error
    found = production_config_digest(content)
    if found != config.digest:
        raise DigestMismatch(source, expected=config.digest, found=found, way_out=WAY_OUT)
    return config


def production_config_digest(content: dict[str, Any]) -> str:
    """Digest everything but the digest itself."""
    return digest_of_json({name: value for name, value in content.items() if name != "digest"})
