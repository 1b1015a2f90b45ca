"""Settings: the names and addresses of one environment, local or aws."""

import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, model_validator

from foundation.errors import InvalidParams
from foundation.params import Params, read_yaml


class Settings(Params):
    """The names and addresses of one environment.

    Each value comes from `params/environments/{environment}.yaml`, or from the environment variable
    `CEAP_` + its name in capitals. `{account}` and `{suffix}` in a name are filled in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    environment: str
    region: str
    account: str
    suffix: str
    data_bucket: str
    workflow_bucket: str
    models_bucket: str
    config_bucket: str
    metrics_bucket: str
    scores_table: str
    alerts_topic: str
    monitoring_topic: str
    failures_topic: str
    endpoint_name: str
    endpoint_role: str
    endpoint_image: str
    endpoint_instance: str
    tracking_uri: str
    artifact_uri: str | None = None
    registered_model: str
    audit_key: str  # id, ARN or alias of a KMS key; empty for a key in the state directory
    training_state_machine: str = ""  # ARN; empty for training on this machine
    state_directory: Path
    aws_endpoint_url: str | None = None
    sagemaker_endpoint_url: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _fill_names(cls, values: dict[str, Any]) -> dict[str, Any]:
        known = {name: str(values.get(name, "")) for name in ("account", "suffix")}
        known["state"] = str(values.get("state_directory", ""))
        return {k: v.format(**known) if isinstance(v, str) else v for k, v in values.items()}

    @property
    def is_local(self) -> bool:
        return self.environment == "local"

    def topic_arn(self, topic: str) -> str:
        return f"arn:aws:sns:{self.region}:{self.account}:{topic}"


def load_settings(environment: str | None = None) -> Settings:
    """Load an environment: `environment`, else that of `CEAP_ENVIRONMENT`, else local.

    The local environment reads the addresses of the local AWS from its state directory. Only the
    first request shows whether anything listens there. Raises InvalidParams for an unknown
    environment or a wrong value.
    """
    name = environment or os.environ.get("CEAP_ENVIRONMENT", "local")
    folder = project_root() / "params" / "environments"
    if not (folder / f"{name}.yaml").exists():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.yaml")))
        problem = f"there is no environment {name!r}; known: {known}"
        source = "CEAP_ENVIRONMENT"
        raise InvalidParams(source, [problem])
    values = {"environment": name, **read_yaml(folder / f"{name}.yaml"), **_variables()}
    values["state_directory"] = state_directory()
    if name == "local":
        values = {**local_addresses(values["state_directory"]), **values}
    return Settings.checked(values, source=str(folder / f"{name}.yaml"))


def project_root() -> Path:
    """Return the folder that holds `params/`.

    It is `CEAP_PROJECT`, or at or above the working directory, or above this file. Raises
    InvalidParams when there is none.
    """
    if named := os.environ.get("CEAP_PROJECT"):
        return Path(named).resolve()
    here = Path.cwd()
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        if (folder / "params" / "environments").is_dir():
            return folder
    source, problem = "The working directory", "no folder here or above holds params/environments"
    raise InvalidParams(source, [f"{problem}; go to the project, or set CEAP_PROJECT"])


def state_directory() -> Path:
    """Return the folder of everything that this machine keeps between commands.

    It is `CEAP_STATE_DIRECTORY`, or `.ceap` in the project.
    """
    return Path(os.environ.get("CEAP_STATE_DIRECTORY") or project_root() / ".ceap").resolve()


def local_addresses_file(state: Path) -> Path:
    return state / "aws" / "addresses.json"


def local_addresses(state: Path) -> dict[str, str]:
    """Read the addresses of the local AWS; empty when it was never started."""
    try:
        addresses: dict[str, str] = json.loads(local_addresses_file(state).read_text())
    except FileNotFoundError:
        return {}
    return addresses


def _variables() -> dict[str, str]:
    named = {name: os.environ.get(f"CEAP_{name.upper()}") for name in Settings.model_fields}
    return {name: value for name, value in named.items() if value and name != "environment"}
