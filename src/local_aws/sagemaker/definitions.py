"""SageMaker definitions: the models, endpoint configurations and endpoints that were created.

Each definition is a JSON file under `state/aws/sagemaker/{kind}/`, replaced whole, so that a server
that is killed at any moment finds every definition again.
"""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from local_aws.layout import replace_file

Kind = Literal["model", "endpoint-config"]
EndpointStatus = Literal["Creating", "InService", "Updating", "RollingBack", "Deleting", "Failed"]


@dataclass(frozen=True)
class Deployment:
    """An endpoint configuration in service: all that the serving process needs.

    Copied when the deployment begins: the model and the configuration may be deleted afterwards.
    """

    config: str
    variant: str
    instances: int
    weight: float
    model: str
    image: str
    model_data: str | None
    environment: dict[str, str]
    startup_seconds: float | None
    generation: str
    started_at: float


@dataclass
class Endpoint:
    """An endpoint: its status, the deployment in service and the one on its way."""

    name: str
    status: EndpointStatus
    created_at: float
    modified_at: float
    current: Deployment | None = None  # in service, or to be after a restart
    pending: Deployment | None = None  # is being brought into service
    failure: str | None = None

    @property
    def is_changing(self) -> bool:
        return self.status in ("Creating", "Updating", "RollingBack", "Deleting")

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        values = json.loads(data)
        for name in ("current", "pending"):
            values[name] = Deployment(**values[name]) if values[name] else None
        return cls(**values)


@dataclass
class Definitions:
    """Everything that was created, in memory and on disk."""

    root: Path
    described: dict[Kind, dict[str, dict[str, Any]]] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Path) -> Self:
        definitions = cls(root)
        for kind in ("model", "endpoint-config"):
            files = (root / kind).glob("*.json")
            definitions.described[kind] = {f.stem: json.loads(f.read_bytes()) for f in files}
        for file in (root / "endpoint").glob("*.json"):
            definitions.endpoints[file.stem] = Endpoint.from_json(file.read_bytes())
        tags = root / "tags.json"
        definitions.tags = json.loads(tags.read_bytes()) if tags.exists() else {}
        return definitions

    def save(self, kind: Kind, name: str, description: dict[str, Any]) -> None:
        self.described[kind][name] = description
        replace_file(self.root / kind / f"{name}.json", json.dumps(description).encode())

    def delete(self, kind: Kind, name: str) -> None:
        del self.described[kind][name]
        (self.root / kind / f"{name}.json").unlink(missing_ok=True)

    def save_endpoint(self, endpoint: Endpoint) -> None:
        self.endpoints[endpoint.name] = endpoint
        file = self.root / "endpoint" / f"{endpoint.name}.json"
        replace_file(file, json.dumps(asdict(endpoint)).encode())

    def delete_endpoint(self, name: str) -> None:
        self.endpoints.pop(name, None)
        (self.root / "endpoint" / f"{name}.json").unlink(missing_ok=True)
        shutil.rmtree(self.files(name), ignore_errors=True)

    def save_tags(self, arn: str, tags: dict[str, str]) -> None:
        self.tags[arn] = tags
        if not tags:
            del self.tags[arn]
        replace_file(self.root / "tags.json", json.dumps(self.tags).encode())

    def files(self, endpoint: str, generation: str = "") -> Path:
        """Return the folder of an endpoint's unpacked models, or of one generation."""
        return self.root / "files" / endpoint / generation

    def log(self, endpoint: str) -> Path:
        return self.root / "logs" / f"{endpoint}.log"
