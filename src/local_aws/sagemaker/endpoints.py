"""SageMaker endpoints: which container serves an endpoint, and how another one replaces it."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any

from foundation.settings import Settings
from local_aws.options import Options
from local_aws.sagemaker.artifacts import delete_model, download_model
from local_aws.sagemaker.container import Container, ContainerSpec
from local_aws.sagemaker.definitions import Definitions, Deployment, Endpoint
from local_aws.sagemaker.errors import DeploymentFailed

log = logging.getLogger(__name__)

DRAIN_SECONDS = 65.0  # a request may take 60 s
REASON_CHARACTERS = 1024  # the longest FailureReason of the real service


class LocalEndpoints:
    """One container an endpoint.

    A change is saved before it begins, so that a server that is killed half way resumes the change
    when it starts again.
    """

    def __init__(self, definitions: Definitions, options: Options, settings: Settings) -> None:
        self.definitions, self._options, self._settings = definitions, options, settings
        self._serving: dict[str, Container] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def serving(self, name: str) -> Container | None:
        """Return the container that answers for `name` now; None while there is none."""
        return self._serving.get(name)

    def create(self, name: str, deployment: Deployment) -> None:
        now = time.time()
        self._save(Endpoint(name, "Creating", now, now, pending=deployment))
        self._spawn(self._create(self.definitions.endpoints[name], deployment))

    def update(self, endpoint: Endpoint, deployment: Deployment) -> None:
        endpoint.pending, endpoint.status = deployment, "Updating"
        self._save(endpoint)
        self._spawn(self._update(endpoint, deployment))

    def delete(self, endpoint: Endpoint) -> None:
        endpoint.status = "Deleting"
        self._save(endpoint)
        self._spawn(self._delete(endpoint.name))

    def resume(self) -> None:
        """Restore every endpoint to its state when the server stopped or was killed."""
        for endpoint in list(self.definitions.endpoints.values()):
            if endpoint.status == "Deleting":
                self._spawn(self._delete(endpoint.name))
            elif endpoint.current is not None:
                self._spawn(self._restore(endpoint, endpoint.current))
            elif endpoint.pending is not None and endpoint.status == "Creating":
                self._spawn(self._create(endpoint, endpoint.pending))

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(container.stop() for container in self._serving.values()))

    async def _create(self, endpoint: Endpoint, deployment: Deployment) -> None:
        try:
            container = await self._start_container(endpoint.name, deployment)
        except DeploymentFailed as failed:
            endpoint.pending = None
            self._end_change(endpoint, "Failed", failure=str(failed))
            return
        self._serving[endpoint.name] = container
        endpoint.current, endpoint.pending = deployment, None
        self._end_change(endpoint, "InService")

    async def _update(self, endpoint: Endpoint, deployment: Deployment) -> None:
        """Start the new container, switch to it, and only then stop the old one."""
        try:
            new = await self._start_container(endpoint.name, deployment)
        except DeploymentFailed as failed:
            endpoint.status, endpoint.pending = "RollingBack", None
            await asyncio.to_thread(
                delete_model, self.definitions.files(endpoint.name, deployment.generation)
            )
            self._end_change(endpoint, "InService", failure=str(failed))
            return
        old, before = self._serving.get(endpoint.name), endpoint.current
        # From this line on every request goes to the new container: there is no await in between.
        self._serving[endpoint.name] = new
        endpoint.current = deployment
        self._save(endpoint)
        if old is not None:
            await old.drain(DRAIN_SECONDS)
            await old.stop()
        if before is not None:
            delete_model(self.definitions.files(endpoint.name, before.generation))
        endpoint.pending = None
        self._end_change(endpoint, "InService")

    async def _delete(self, name: str) -> None:
        container = self._serving.pop(name, None)
        if container is not None:
            await container.drain(DRAIN_SECONDS)
            await container.stop()
        self.definitions.delete_endpoint(name)

    async def _restore(self, endpoint: Endpoint, current: Deployment) -> None:
        pending = endpoint.pending
        try:
            self._serving[endpoint.name] = await self._start_container(endpoint.name, current)
        except DeploymentFailed as failed:
            endpoint.current, endpoint.pending = None, None
            self._end_change(endpoint, "Failed", failure=str(failed))
            return
        if pending is not None and pending != current:
            await self._update(endpoint, pending)
        elif endpoint.is_changing:
            endpoint.pending = None
            self._end_change(endpoint, "InService")

    async def _start_container(self, name: str, deployment: Deployment) -> Container:
        folder = self.definitions.files(name, deployment.generation)
        await asyncio.to_thread(download_model, deployment.model_data, folder, self._settings)
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

    def _end_change(self, endpoint: Endpoint, status: Any, *, failure: str | None = None) -> None:
        endpoint.status = status
        endpoint.failure = failure[:REASON_CHARACTERS] if failure else None
        self._save(endpoint)

    def _save(self, endpoint: Endpoint) -> None:
        endpoint.modified_at = time.time()
        self.definitions.save_endpoint(endpoint)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_log_error)


def _log_error(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("A change of an endpoint ended in an error of this server", exc_info=error)
