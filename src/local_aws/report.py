"""Report: the state of the local AWS, its daemons, endpoints and resources."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from local_aws.layout import DaemonName

State = Literal["running", "not answering", "dead", "stopped"]


@dataclass(frozen=True)
class Service:
    """One of the two daemons. A `dead` one was killed or failed; a `stopped` one ended in order."""

    name: DaemonName
    state: State
    log: Path
    url: str | None = None
    pid: int | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class EndpointReport:
    """An endpoint of the local SageMaker, and the process that serves its model."""

    name: str
    status: str
    config: str | None
    model_data: str | None
    url: str | None  # of the process that serves the model now; None while there is none
    pid: int | None
    restarts: int
    failure: str | None
    log: Path


@dataclass(frozen=True)
class LocalAwsStatus:
    """Everything that `ceap aws status` shows."""

    services: tuple[Service, ...]
    endpoints: tuple[EndpointReport, ...] = ()
    resources: dict[str, tuple[str, ...]] = field(default_factory=dict)  # kind → names

    @property
    def is_up(self) -> bool:
        return all(service.state == "running" for service in self.services)
