"""Locations: every object key and parameter name that two parts of the project share."""

from datetime import date
from typing import Literal


def uri(bucket: str, key: str) -> str:
    return f"s3://{bucket}/{key}"


Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

PRODUCTION_CONFIG = "production-model-config.yaml"  # config bucket
ENDPOINT = "endpoint.json"  # config bucket
FREEZE = "freeze.json"  # config bucket; there while promotions and training are stopped
PROMOTIONS = "promotions/"  # config bucket
PROMOTION_LEASE = "promotion-lease/lease/"  # config bucket
AUDIT = "audit/"  # config bucket
DAILY_BATCHES = "daily-batches/"  # data bucket

# Parameter Store
HYPERPARAMETERS = "/fraud-detection/hyperparameters/"
CONFIG_PARAMETER = "/fraud-detection/production-model-config"
PREFLIGHT_PARAMETER = (
    "/fraud-detection/preflight"  # written to test whether parameters may be written
)


# Data bucket
def raw_key(file: str) -> str:
    return f"raw/{file}"


def prepared_key(data_digest: str, file: str) -> str:
    return f"prepared/{data_digest}/{file}"


def split_key(data_digest: str, name: Split) -> str:
    return prepared_key(data_digest, f"{name}.parquet")


def manifest_key(data_digest: str) -> str:
    return prepared_key(data_digest, "manifest.json")


def daily_batch_key(day: date) -> str:
    return f"{DAILY_BATCHES}{day}.json"


def day_of_batch(key: str) -> date | None:
    """Return the day whose batch has this key; None for any other key."""
    try:
        day = date.fromisoformat(key.removeprefix(DAILY_BATCHES).removesuffix(".json"))
    except ValueError:
        return None
    return day if key == daily_batch_key(day) else None


def labels_key(day: date) -> str:
    """Return the key of the labels of `day`: which transactions turned out to be fraud."""
    return f"labels/{day}.json"


def transactions_key(day: date) -> str:
    """Return the key of the transactions of `day` as they were scored, with their features."""
    return f"transactions/{day}.parquet"


# Workflow bucket
def execution_key(execution_id: str) -> str:
    return f"executions/{execution_id}/execution.json"


def execution_lease_prefix(execution_id: str) -> str:
    return f"executions/{execution_id}/lease/"


def stage_key(execution_id: str, stage_name: str, file: str) -> str:
    return f"executions/{execution_id}/{stage_name}/{file}"


def stage_output_key(execution_id: str, stage_name: str) -> str:
    return stage_key(execution_id, stage_name, "output.json")


def sent_alerts_key(day: date, message_id: str = "") -> str:
    """Return the key of one alert message of `day`; without an id, the prefix of all of them."""
    return f"alerts/{day}/" + (f"{message_id}.json" if message_id else "")


def fit_key(digest: str) -> str:
    """Return the key of a cached fit; `digest` covers everything that determines the fit."""
    return f"experiments/fits/{digest}.npz"


def shared_rows_key(digest: str) -> str:
    """Return the key of the rows that the workers of a cluster fit on."""
    return f"experiments/rows/{digest}.pickle"


def study_key(name: str) -> str:
    """Return the key of the record of a study: its request, and what its folds gave."""
    return f"experiments/studies/{name}.json"


def unsent_run_key(key: str = "") -> str:
    """Return the key of a run that waits for the tracking server; without `key`, the prefix."""
    return "unsent-runs/" + (f"{key}.json" if key else "")


# Models bucket
def model_key(model_digest: str, file: str) -> str:
    return f"models/{model_digest}/{file}"


def model_archive_key(model_digest: str) -> str:
    return model_key(model_digest, "model.tar.gz")


def model_metadata_key(model_digest: str) -> str:
    return model_key(model_digest, "metadata.json")


# Metrics bucket
def metrics_key(day: date) -> str:
    return f"metrics/{day}.json"


# Config bucket
def archived_config_key(promotion_id: str) -> str:
    return f"archive/{promotion_id}.yaml"


def backup_key(promotion_id: str) -> str:
    """Return the key of the state of production before a promotion changed anything."""
    return f"backups/{promotion_id}.json"


def promotion_key(promotion_id: str, file: str) -> str:
    return f"{PROMOTIONS}{promotion_id}/{file}"


def audit_entry_key(number: int) -> str:
    return f"{AUDIT}{number:08}.json"


# Parameter Store
def hyperparameter_name(name: str) -> str:
    return f"{HYPERPARAMETERS}{name}"
