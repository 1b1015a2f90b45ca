"""Kept models: a trained model as production keeps it, and configurations that name it."""

from typing import Any

from catalog.model_archive import METADATA, ModelMetadata, golden_rows
from fakes.data.labelled_rows import fake_rows, fitted
from foundation import locations
from foundation.digests import canonical_json, digest_of_files
from foundation.production.config import ProductionConfig
from foundation.stores.archives import pack
from promotion.production import ProductionSession
from promotion.protocol.state import read_state

ALGORITHM = "logistic_regression"  # the quickest


def model_files(**changed: Any) -> dict[str, bytes]:
    """A trained model as it is kept, with golden rows; its metadata may say something else."""
    model = fitted(ALGORITHM)
    metadata = ModelMetadata(
        data_digest="d" * 64,
        config_digest="c" * 64,
        environment_digest="e" * 64,
        git_commit="c0ffee",
        git_dirty=False,
        algorithm=ALGORITHM,
        columns=list(model.columns),
        threshold=model.threshold,
        golden=golden_rows(model, fake_rows(2), 8),
    )
    return {**model.to_files(), METADATA: metadata.model_copy(update=changed).to_json()}


def kept(production: ProductionSession, files: dict[str, bytes]) -> str:
    digest, bucket = digest_of_files(files), production.settings.models_bucket
    production.objects.write(bucket, locations.model_archive_key(digest), pack(files))
    production.objects.write(bucket, locations.model_metadata_key(digest), files[METADATA])
    return digest


def with_model(production: ProductionSession, **changed: Any) -> dict[str, Any]:
    """A candidate whose model is kept, and works."""
    described = {
        "algorithm": ALGORITHM,
        "hyperparameters": fitted(ALGORITHM).hyperparameters,
        "decision_threshold": fitted(ALGORITHM).threshold,
        "metrics": {"average_precision": 0.7 + 0.1},
        "lineage": {"run_id": "run-good", "experiment": "tuning", "git_commit": "c0ffee"},
    }
    return {**described, "model_digest": kept(production, model_files()), **changed}


def in_production(production: ProductionSession) -> ProductionConfig:
    config = read_state(production).config
    assert config is not None
    return config


def of_model(config: ProductionConfig) -> bytes:
    """Everything but whose promotion it is, to the byte."""
    identity = {"promotion_id", "follows", "restores", "digest"}
    return canonical_json(config.model_dump(mode="json", exclude=identity))
