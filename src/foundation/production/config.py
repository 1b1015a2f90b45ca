"""Production configuration: the published format, read only when its digest matches."""

import json
import math
from typing import Any, Literal

import yaml
from pydantic import ConfigDict, Field, ValidationError

from foundation import locations
from foundation.digests import canonical_json, digest_of_json
from foundation.errors import DigestMismatch, InvalidData, InvalidParams, NotFound
from foundation.locations import uri
from foundation.production.config_file import as_yaml
from foundation.record import Record
from foundation.settings import Settings
from foundation.stores.object_store import ObjectReader

REPAIR = "ceap promotion verify --repair"
WAY_OUT = (
    "It was not used: readers refuse what was edited by hand or torn. Put the promoted one back "
    f"with: {REPAIR}"
)
ABOVE_ALL = math.nextafter(1, 2)  # a threshold that no score reaches


class ProductionConfig(Record):
    """The promoted configuration: the contents of `production-model-config.yaml`.

    A file from before there were recipes, seeds or rollbacks lacks their fields and is valid
    without them: the digest covers the fields in the file.
    """

    model_config = ConfigDict(allow_inf_nan=False)

    format: Literal[1] = Field(default=1, description="The version of this format.")
    promotion_id: str = Field(description="The promotion that put it in production.")
    follows: str | None = Field(default=None, description="The promotion that it replaced.")
    restores: str | None = Field(
        default=None,
        description="Of a rollback: the promotion whose configuration is in production again.",
    )
    algorithm: str = Field(description="The algorithm to train, by its name in fraud.algorithms.")
    hyperparameters: dict[str, bool | int | float | str | None] = Field(
        description="By name. Those that are not named keep the algorithm's defaults."
    )
    recipe: dict[str, Any] = Field(
        default_factory=dict,
        description="A fraud.model.recipe.Recipe: what is made of the rows before the algorithm "
        "sees them. Empty is the plain one.",
    )
    decision_threshold: float | None = Field(
        default=None,
        ge=0,
        le=ABOVE_ALL,
        description="The score from which a transaction counts as fraud. Null is the best F1 on "
        "the validation split.",
    )
    seed: int | None = Field(
        default=None,
        ge=0,
        lt=2**31,
        description="The seed to train with. Null is that of params/training/train.yaml.",
    )
    model_digest: str | None = Field(
        default=None,
        description="The promoted model itself, under models/ in the models bucket.",
    )
    metrics: dict[str, float] = Field(description="How the promoted model did, by metric.")
    lineage: dict[str, str] = Field(
        description="Where it comes from: run_id, experiment, notebook, git_commit, data, "
        "data_digest, environment_digest."
    )
    digest: str = Field(
        description="The sha256 of everything else in the document, written as canonical JSON: "
        "keys sorted, no spaces, numbers as Python's json module writes them, UTF-8. Readers "
        "refuse a document whose digest is another.",
        json_schema_extra={"pattern": "^[0-9a-f]{64}$"},
    )

    def training_fields(self) -> dict[str, Any]:
        """Return the fields that determine the trained model."""
        names = ("algorithm", "hyperparameters", "recipe", "decision_threshold", "seed")
        return {name: getattr(self, name) for name in names}

    def document(self) -> dict[str, Any]:
        """Return the document to write; DigestMismatch when its digest does not match."""
        content = self.model_dump(exclude_unset=True)
        found = production_config_digest(content)
        if found != self.digest:
            what, way_out = f"The configuration of {self.promotion_id}", "It was not written."
            raise DigestMismatch(what, expected=self.digest, found=found, way_out=way_out)
        return content


def sealed(**fields: Any) -> ProductionConfig:
    """Return a configuration with its digest; InvalidParams lists every invalid field."""
    source = "The configuration to promote"
    try:
        given = ProductionConfig.model_validate({**fields, "digest": ""}).model_dump()
        content: dict[str, Any] = json.loads(canonical_json(given))
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise InvalidParams(source, problems) from None
    except (ValueError, TypeError) as error:
        raise InvalidParams(source, [f"recipe: {error}"]) from None
    return ProductionConfig.model_validate(content | {"digest": production_config_digest(content)})


def read_production_config(store: ObjectReader, settings: Settings) -> ProductionConfig | None:
    """Read the promoted configuration; None when nothing was ever promoted.

    Raises DigestMismatch when the file was edited by hand or truncated, InvalidData when it has
    another format.
    """
    bucket, key = settings.config_bucket, locations.PRODUCTION_CONFIG
    try:
        data = store.read(bucket, key)
    except NotFound:
        return None
    return parse_production_config(data, source=uri(bucket, key))


def parse_production_config(data: bytes, *, source: str) -> ProductionConfig:
    try:
        content = yaml.safe_load(data)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _not_one(source, error) from error
    return _whole(content, source)


def to_yaml(config: ProductionConfig) -> bytes:
    """Return the YAML file: the same bytes for the same configuration."""
    return as_yaml(config.document())


def to_parameter(config: ProductionConfig) -> str:
    """Return the configuration as one line of JSON, for Parameter Store."""
    # AWS takes "{{" for a reference to another parameter. JSON has it in strings only.
    return canonical_json(config.document()).decode().replace("{{", "{\\u007b")


def from_parameter(text: str, *, source: str) -> ProductionConfig:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_one(source, error) from error
    return _whole(content, source)


def production_config_digest(content: dict[str, Any]) -> str:
    """Return the digest of every field but the digest itself."""
    return digest_of_json({name: value for name, value in content.items() if name != "digest"})


def _whole(content: Any, source: str) -> ProductionConfig:
    try:
        config = ProductionConfig.model_validate(content)
        found = production_config_digest(content)
    except (ValueError, TypeError) as error:  # a date, say, or a NaN deep in the recipe
        raise _not_one(source, error) from error
    if found != config.digest:
        raise DigestMismatch(source, expected=config.digest, found=found, way_out=WAY_OUT)
    return config


def _not_one(source: str, error: Exception) -> InvalidData:
    return InvalidData(f"{source} is not a production configuration: {error}. {WAY_OUT}")
