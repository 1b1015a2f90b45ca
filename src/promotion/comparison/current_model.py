"""Current model: what production would train today, or serves if nothing was ever promoted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from catalog.model_archive import LoadedModel, load_model
from catalog.prepared_data import Manifest, read_manifest
from foundation import locations
from foundation.errors import DigestMismatch, InvalidData, NotFound
from foundation.executions import Execution
from foundation.locations import uri
from foundation.params import read_yaml
from foundation.production.config import ProductionConfig
from foundation.settings import project_root

if TYPE_CHECKING:
    from fraud.model.fraud_model import FraudModel

NOT_USABLE = (NotFound, DigestMismatch, InvalidData)


class EndpointRecord(BaseModel):
    """The part of `endpoint.json` that is needed here."""

    model_digest: str


@dataclass(frozen=True)
class CurrentModel:
    """A configuration, its model where it can be loaded, and the data that the model was made from.

    `data` and `is_simulated` are None where this is no longer known.
    """

    what: str
    algorithm: str
    hyperparameters: dict[str, Any]
    recipe: dict[str, Any]
    seed: int
    threshold: float | None
    model: "FraudModel | None"
    model_digest: str | None
    data: str | None
    data_digest: str | None
    is_simulated: bool | None
    promotion_id: str | None = None


def load_current_model(
    config: ProductionConfig | None, execution: Execution
) -> CurrentModel | None:
    """Return the model in production: the promoted one, else the deployed one, else None."""
    return (
        _promoted_current_model(config, execution) if config else _deployed_current_model(execution)
    )


def _promoted_current_model(config: ProductionConfig, execution: Execution) -> CurrentModel:
    loaded = _load_if_usable(config.model_digest, execution)
    data_digest = loaded.metadata.data_digest if loaded else config.lineage.get("data_digest")
    manifest = _read_manifest_if_usable(data_digest, execution)
    return CurrentModel(
        what=f"the model of {config.promotion_id}",
        algorithm=config.algorithm,
        hyperparameters=config.hyperparameters,
        recipe=config.recipe,
        seed=_default_seed() if config.seed is None else config.seed,
        threshold=config.decision_threshold,
        model=loaded.model if loaded else None,
        model_digest=config.model_digest,
        data=manifest.data if manifest else config.lineage.get("data"),
        data_digest=data_digest,
        is_simulated=manifest.simulated
        if manifest
        else _parse_flag(config.lineage.get("simulated")),
        promotion_id=config.promotion_id,
    )


def deployed_model(execution: Execution) -> LoadedModel | None:
    """Load the model behind the production endpoint; None before the first deployment."""
    bucket, key = execution.settings.config_bucket, locations.ENDPOINT
    try:
        served = EndpointRecord.model_validate_json(execution.read(bucket, key))
    except NotFound:
        return None
    except ValidationError as error:
        message = (
            f"{uri(bucket, key)} does not name a model: {error}. Deploy again: ceap run training. "
            "Nothing was compared."
        )
        raise InvalidData(message) from error
    return load_model(execution, served.model_digest)


def _deployed_current_model(execution: Execution) -> CurrentModel | None:
    loaded = deployed_model(execution)
    if loaded is None:
        return None
    model, data_digest = loaded.model, loaded.metadata.data_digest
    manifest = _read_manifest_if_usable(data_digest, execution)
    return CurrentModel(
        what=f"the deployed model {loaded.digest[:12]}",
        algorithm=model.algorithm,
        hyperparameters=model.hyperparameters,
        recipe=model.recipe.model_dump(mode="json"),
        seed=model.description.seed,
        threshold=model.threshold,
        model=model,
        model_digest=loaded.digest,
        data=manifest.data if manifest else None,
        data_digest=data_digest,
        is_simulated=manifest.simulated if manifest else None,
    )


def _load_if_usable(digest: str | None, execution: Execution) -> LoadedModel | None:
    """Load the promoted model; None when it is gone or damaged.

    Its configuration can still be trained.
    """
    try:
        return load_model(execution, digest) if digest else None
    except NOT_USABLE:
        return None


def _read_manifest_if_usable(data_digest: str | None, execution: Execution) -> Manifest | None:
    try:
        return read_manifest(execution, data_digest) if data_digest else None
    except NOT_USABLE:
        return None


def _parse_flag(text: str | None) -> bool | None:
    return None if text is None else text != "false"


def _default_seed() -> int:
    """Return the seed that `train` uses where a configuration names none."""
    return int(read_yaml(project_root() / "params" / "training" / "train.yaml")["seed"])
