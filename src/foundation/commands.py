"""Commands: the command lines that messages tell people to type, made from facts and quoted."""

import shlex
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from foundation.yaml_values import yaml_word

Settings = Mapping[str, Any]  # values by "stage.name"
NONE: Settings = MappingProxyType({})
REASON = "…"  # to be replaced by whoever types the command


def command(*words: str) -> str:
    """Return the command `ceap` with these words, each quoted for a shell where it has to be."""
    return shlex.join(("ceap", *words))


def run_pipeline(
    pipeline: str,
    *,
    execution_id: str = "",
    data: str = "",
    day: date | None = None,
    settings: Settings = NONE,
) -> str:
    """Return the command that runs a pipeline, or resumes the execution of that id.

    `settings` has values by "stage.name", as `--set` takes them.
    """
    options = {"--date": str(day or ""), "--data": data, "--execution-id": execution_id}
    return command("run", pipeline, *_given(options), *_sets(settings))


def run_stage(path: str, execution_id: str, *, data: str = "", settings: Settings = NONE) -> str:
    """Return the command that runs one stage ("training/train"), or resumes it alone."""
    options = _given({"--execution-id": execution_id, "--data": data})
    return command("stage", path, *options, *_sets(settings))


def show_execution(execution_id: str) -> str:
    return command("executions", "show", execution_id)


def fetch_notebook(execution_id: str, stage: str) -> str:
    return command("executions", "notebook", execution_id, stage)


def show_run(run_id: str) -> str:
    return command("runs", "show", run_id)


def compare(data: str = "", *, method: str = "") -> str:
    return command("compare", *_given({"--data": data, "--method": method}))


def describe(file: str = "FILE") -> str:
    return command("data", "describe", file)


def tune(data: str = "", *, method: str = "") -> str:
    return command("tune", *_given({"--data": data, "--method": method}))


def plan_promotion(run_id: str) -> str:
    """Return the command that prints what a promotion of a run would write, and writes nothing."""
    return command("promote", run_id, "--dry-run")


def promote(run_id: str = "") -> str:
    """Return the command that promotes a run, its reason left to whoever types it."""
    return command("promote", *filter(None, [run_id]), "--reason", REASON)


def approve(promotion_id: str) -> str:
    return command("promotion", "approve", promotion_id)


def decline(promotion_id: str) -> str:
    return command("promotion", "decline", promotion_id, "--reason", REASON)


def lift_freeze() -> str:
    return command("promotion", "lift", "--reason", REASON)


def make_daily_batch(day: date | None = None) -> str:
    return command("data", "daily-batch", *_given({"--date": str(day or "")}))


def deliver(day: date | str | None = None) -> str:
    """Return the command that puts a file as the batch of a day, by default that of the file."""
    return command("data", "deliver", "FILE", *_given({"--date": str(day or "")}))


def simulate(data: str = "", *, rows: int = 0, seed: int | None = None) -> str:
    """Return the command that simulates a data set, by default the reference data."""
    options = {
        "--data": data,
        "--rows": str(rows or ""),
        "--seed": "" if seed is None else str(seed),
    }
    return command("data", "simulate", *_given(options))


def ingest(data: str, *files: str) -> str:
    """Return the command that takes files, by default one that its reader names."""
    return command("data", "ingest", *(files or ("FILE",)), "--data", data)


def _sets(settings: Settings) -> list[str]:
    words = [f"{name}={yaml_word(value)}" for name, value in settings.items()]
    return [part for word in words for part in ("--set", word)]


def _given(options: Mapping[str, str]) -> list[str]:
    return [word for name, value in options.items() if value for word in (name, value)]
