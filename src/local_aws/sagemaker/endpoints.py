"""SageMaker endpoints: which container serves an endpoint now, and how another takes its place."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any

from foundation.settings import Settings
from local_aws.options import Options
from local_aws.sagemaker.artifacts import discard, fetch
from local_aws.sagemaker.container import Container, ContainerSpec
from local_aws.sagemaker.definitions import Definitions, Deployment, Endpoint
from local_aws.sagemaker.errors import DeploymentFailed

log = logging.getLogger(__name__)

DRAIN_SECONDS = 65.0  # a request may take 60 s
REASON_CHARACTERS = 1024  # the longest FailureReason of the real service


class Endpoints:
    """Runs one container an endpoint. A change is recorded before it begins, so that a server
    that is killed half way takes it up again when it is back."""

    def __init__(self, definitions: Definitions, options: Options, settings: Settings) -> None:
        self.definitions, self._options, self._settings = definitions, options, settings
        self._serving: dict[str, Container] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def serving(self, name: str) -> Container | None:
        """The container that answers for `name` at this instant."""
        return self._serving.get(name)

    def create(self, name: str, deployment: Deployment) -> None:
        now = time.time()
        self._keep(Endpoint(name, "Creating", now, now, pending=deployment))
        self._spawn(self._create(self.definitions.endpoints[name], deployment))

    def update(self, endpoint: Endpoint, deployment: Deployment) -> None:
        endpoint.pending, endpoint.status = deployment, "Updating"
        self._keep(endpoint)
        self._spawn(self._update(endpoint, deployment))

    def delete(self, endpoint: Endpoint) -> None:
        endpoint.status = "Deleting"
        self._keep(endpoint)
        self._spawn(self._delete(endpoint.name))

    def resume(self) -> None:
        """Bring every endpoint back to where it was when the server stopped or was killed."""
        for endpoint in list(self.definitions.endpoints.values()):
            if endpoint.status == "Deleting":
                self._spawn(self._delete(endpoint.name))
            elif endpoint.current is not None:
                self._spawn(self._bring_back(endpoint, endpoint.current))
            elif endpoint.pending is not None and endpoint.status == "Creating":
                self._spawn(self._create(endpoint, endpoint.pending))

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(container.stop() for container in self._serving.values()))

    async def _create(self, endpoint: Endpoint, deployment: Deployment) -> None:
        try:
            container = await self._started(endpoint.name, deployment)
        except DeploymentFailed as failed:
            endpoint.pending = None
            self._settle(endpoint, "Failed", failure=str(failed))
            return
        self._serving[endpoint.name] = container
        endpoint.current, endpoint.pending = deployment, None
        self._settle(endpoint, "InService")

    async def _update(self, endpoint: Endpoint, deployment: Deployment) -> None:
        """Start the new one, switch, and only then stop the old one."""
        try:
            new = await self._started(endpoint.name, deployment)
        except DeploymentFailed as failed:
            endpoint.status, endpoint.pending = "RollingBack", None
            await asyncio.to_thread(
                discard, self.definitions.files(endpoint.name, deployment.generation)
            )
            self._settle(endpoint, "InService", failure=str(failed))
            return
        old, before = self._serving.get(endpoint.name), endpoint.current
        # From this line on every request goes to the new one: there is no await in between.
        self._serving[endpoint.name] = new
        endpoint.current = deployment
        self._keep(endpoint)
        if old is not None:
            await old.drain(DRAIN_SECONDS)
            await old.stop()
        if before is not None:
            discard(self.definitions.files(endpoint.name, before.generation))
        endpoint.pending = None
        self._settle(endpoint, "InService")

    async def _delete(self, name: str) -> None:
        container = self._serving.pop(name, None)
        if container is not None:
            await container.drain(DRAIN_SECONDS)
            await container.stop()
        self.definitions.forget_endpoint(name)

    async def _bring_back(self, endpoint: Endpoint, current: Deployment) -> None:
        pending = endpoint.pending
        try:
            self._serving[endpoint.name] = await self._started(endpoint.name, current)
        except DeploymentFailed as failed:
            endpoint.current, endpoint.pending = None, None
            self._settle(endpoint, "Failed", failure=str(failed))
            return
        if pending is not None and pending != current:
            await self._update(endpoint, pending)
        elif endpoint.is_changing:
            endpoint.pending = None
            self._settle(endpoint, "InService")

    async def _started(self, name: str, deployment: Deployment) -> Container:
        folder = self.definitions.files(name, deployment.generation)
        await asyncio.to_thread(fetch, deployment.model_data, folder, self._settings)
        container = Container(
            ContainerSpec(
                name=name,
                command=self._options.serving_command,
                folder=folder,
                log=self.definitions.log(name),
                environment=deployment.environment,
                startup_seconds=deployment.startup_seconds or self._options.startup_seconds,
            )
        )
        try:
            await container.start()
        except OSError as error:
            reason = f"The process that serves the model could not be started: {error}"
            raise DeploymentFailed(reason) from error
        return container

    def _settle(self, endpoint: Endpoint, status: Any, *, failure: str | None = None) -> None:
        endpoint.status = status
        endpoint.failure = failure[:REASON_CHARACTERS] if failure else None
        self._keep(endpoint)

    def _keep(self, endpoint: Endpoint) -> None:
        endpoint.modified_at = time.time()
        self.definitions.keep_endpoint(endpoint)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_say_what_went_wrong)


def _say_what_went_wrong(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("A change of an endpoint ended in an error of this server", exc_info=error)
