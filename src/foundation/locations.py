"""Locations: every key and path that two parts of the project must agree on."""

from datetime import date
from typing import Literal

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

PRODUCTION_CONFIG = "production-model-config.yaml"  # config bucket
ENDPOINT = "endpoint.json"  # config bucket
DAILY_BATCHES = "daily-batches/"  # data bucket


# Data bucket
def raw(file: str) -> str:
    return f"raw/{file}"


def prepared(data_digest: str, file: str) -> str:
    return f"prepared/{data_digest}/{file}"


def split(data_digest: str, name: Split) -> str:
    return prepared(data_digest, f"{name}.parquet")


def manifest(data_digest: str) -> str:
    return prepared(data_digest, "manifest.json")


def daily_batch(day: date) -> str:
    return f"{DAILY_BATCHES}{day}.json"


def day_of_batch(key: str) -> date | None:
    """The day whose batch lies under `key`; None for any other file."""
    try:
        day = date.fromisoformat(key.removeprefix(DAILY_BATCHES).removesuffix(".json"))
    except ValueError:
        return None
    return day if key == daily_batch(day) else None


def labels(day: date) -> str:
    """What became known later about the transactions of `day`: which were fraud."""
    return f"labels/{day}.json"


# Workflow bucket
def execution(execution_id: str) -> str:
    return f"executions/{execution_id}/execution.json"


def stage(execution_id: str, stage_name: str, file: str) -> str:
    return f"executions/{execution_id}/{stage_name}/{file}"


def stage_output(execution_id: str, stage_name: str) -> str:
    return stage(execution_id, stage_name, "output.json")


def sent_alerts(day: date, message_id: str = "") -> str:
    """The record of one alert message of `day`; without an id, the prefix of them all."""
    return f"alerts/{day}/" + (f"{message_id}.json" if message_id else "")


def kept_fit(digest: str) -> str:
    """A fit of an experiment, under the digest of all that decides it."""
    return f"experiments/fits/{digest}.npz"


def unsent_run(key: str = "") -> str:
    """What a tracking server that was down has yet to be told; without a key, the prefix of it."""
    return "unsent-runs/" + (f"{key}.json" if key else "")


# Models bucket
def model(model_digest: str, file: str) -> str:
    return f"models/{model_digest}/{file}"


def model_archive(model_digest: str) -> str:
    return model(model_digest, "model.tar.gz")


def model_metadata(model_digest: str) -> str:
    return model(model_digest, "metadata.json")


# Metrics bucket
def metrics(day: date) -> str:
    return f"metrics/{day}.json"
