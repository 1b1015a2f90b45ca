"""Kept model: the files and configuration by which production keeps, remakes and proves it."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from catalog.model_archive import METADATA, ModelMetadata, golden_rows
from foundation.digests import digest_of_files, digest_of_json
from fraud.metrics.estimates import Estimate
from fraud.model.recipe import PLAIN

if TYPE_CHECKING:
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import FraudModel
    from promotion.candidates.candidate import Candidate

GOLDEN_ROWS = 8
LINEAGE_TAGS = (
    "data", "data_digest", "simulated", "split", "split_seed", "notebook", "git_commit",
    "code_digest", "environment_digest",
)  # fmt: skip


def archive_files(candidate: "Candidate", validation: "LabelledRows") -> dict[str, bytes]:
    """Return the files of the archive of a candidate: equal candidates give equal files."""
    recorded = candidate.recorded
    model, tags = recorded.model, recorded.run.tags
    metadata = ModelMetadata(
        data_digest=recorded.data_digest,
        config_digest=config_digest(model),
        environment_digest=tags.get("environment_digest", ""),
        git_commit=tags.get("git_commit"),
        git_dirty=tags.get("git_dirty") != "false",
        algorithm=model.algorithm,
        columns=list(model.columns),
        threshold=model.threshold,
        golden=golden_rows(model, validation, GOLDEN_ROWS),
    )
    return {**model.to_files(), METADATA: metadata.to_json()}


def configuration(
    candidate: "Candidate", metrics: Mapping[str, Estimate], files: Mapping[str, bytes]
) -> dict[str, Any]:
    """Return the fields of a ProductionConfig that do not depend on the promotion."""
    model, run = candidate.recorded.model, candidate.recorded.run
    recorded_tags = {name: run.tags[name] for name in LINEAGE_TAGS if name in run.tags}
    return {
        "algorithm": model.algorithm,
        "hyperparameters": model.hyperparameters,
        "recipe": model.recipe.model_dump(mode="json", exclude_defaults=True),
        "decision_threshold": model.threshold,
        "seed": model.description.seed,
        "model_digest": digest_of_files(files),
        "metrics": {n: each.value for n, each in metrics.items() if math.isfinite(each.value)},
        "lineage": {
            "run_id": run.run_id,
            "experiment": run.experiment,
            "name": run.name,
            **recorded_tags,
        },
    }


def config_digest(model: "FraudModel") -> str:
    """Return the digest of everything that determines the model.

    Training the configuration gives a model with the same digest.
    """
    recipe = {} if model.recipe == PLAIN else {"recipe": model.recipe.model_dump(mode="json")}
    return digest_of_json(
        {
            "algorithm": model.algorithm,
            "hyperparameters": model.hyperparameters,
            **recipe,
            "seed": model.description.seed,
            "decision_threshold": model.threshold,
        }
    )
