"""Train command: the command by which the training pipeline makes a recorded model now."""

from typing import TYPE_CHECKING, Any

from foundation.commands import run_pipeline

if TYPE_CHECKING:
    from catalog.recorded_models import RecordedModel
    from fraud.model.fraud_model import FraudModel

# A shell comment: pasting it runs nothing.
CANNOT = (
    "# The training pipeline cannot make this model: it does not compute the past of an entity "
    "yet, which its features need."
)


def train_command(candidate: "RecordedModel") -> str:
    """Return the command that makes the model again from the same data, the same to the byte.

    Parameter files decide nothing but how the rows are split into train, validation and test.
    """
    if candidate.history:
        return CANNOT
    settings = {**_data(candidate.run.tags), **_model(candidate.model)}
    return run_pipeline("training", data=candidate.run.tags["data"], settings=settings)


def _data(tags: dict[str, str]) -> dict[str, Any]:
    return {"prepare.method": tags["split"]}


def _model(model: "FraudModel") -> dict[str, Any]:
    return {
        "train.algorithm": model.algorithm,
        "train.hyperparameters": model.hyperparameters,
        "train.recipe": model.recipe.model_dump(mode="json", exclude_defaults=True),
        "train.decision_threshold": model.threshold,
        "train.seed": model.description.seed,
        "train.threads": 1,
        "train.use_production_config": False,
    }
