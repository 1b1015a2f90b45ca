"""Endpoint rollback: restores the previous model when a new one fails its health check."""

import operator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from foundation import locations
from foundation.errors import FraudDetectionError, NotFound
from foundation.executions import Execution
from foundation.record import Record
from fraud.data.stored_roles import StoredRoles

if TYPE_CHECKING:
    from pipeline.services.endpoints import Endpoints

SERVING = {"InService", "Updating", "SystemUpdating", "RollingBack"}  # a model answers meanwhile


class EndpointMetadata(StoredRoles, Record):
    """The production endpoint and its model: `endpoint.json`, written after the health check.

    `categories` maps text columns to the texts of their codes, and `may_miss` lists the columns
    that may lack a number; each is written only where it is not empty. `roles` are the amount and
    the time, written only where they are not the last two columns. `input_reference` is the digest
    of what the train rows held, where the model has that.
    """

    name: str
    arn: str
    config_name: str
    model_digest: str
    algorithm: str
    threshold: float
    columns: list[str]  # in the order in which rows are sent
    categories: dict[str, list[str]] = Field(default_factory=dict, exclude_if=operator.not_)
    may_miss: list[str] = Field(default_factory=list, exclude_if=operator.not_)
    input_reference: str | None = Field(default=None, exclude_if=operator.not_)
    deployed_at: datetime
    execution_id: str


@dataclass(frozen=True)
class PreviousDeployment:
    """The model that served before, and the endpoint configuration that restores it."""

    model_digest: str | None
    config_name: str


@dataclass(frozen=True)
class Rollback:
    """Rollback of a deployment to endpoint `name`."""

    endpoints: "Endpoints"
    name: str
    previous: PreviousDeployment | None
    timeout_seconds: float

    def undo(self) -> str:
        """Restore the previous model, or remove a first endpoint; return a sentence on what serves.

        A failure of the rollback is part of that sentence, not raised: the reader needs the error
        of the deployment itself.
        """
        try:
            if self.previous is None:
                self.endpoints.remove(self.name)
                return f"Nothing served before, so endpoint {self.name} was removed."
            self.endpoints.use_config(
                self.name, self.previous.config_name, timeout_seconds=self.timeout_seconds
            )
        except FraudDetectionError as error:
            return (
                f"Going back failed too: {error} Look at endpoint {self.name} in SageMaker now: "
                "scoring refuses to run while it answers with another model than endpoint.json "
                "names."
            )
        return f"The old endpoint still serves: model {(self.previous.model_digest or '?')[:12]}."


def previous_deployment(
    execution: Execution, endpoints: "Endpoints", *, replaced_by: str
) -> PreviousDeployment | None:
    """Return the deployment that served before model `replaced_by`; None when there was none.

    Usually the endpoint serves that model now. After an attempt that was killed half way, the
    endpoint may serve the new model before its health check: then the last healthy deployment is
    returned.
    """
    state = endpoints.describe(execution.settings.endpoint_name)
    if state is None or state.status not in SERVING:
        return None
    if state.model_digest != replaced_by:
        return PreviousDeployment(state.model_digest, state.config_name)
    proved = last_healthy(execution)
    if proved is None:
        return None
    return PreviousDeployment(proved.model_digest, proved.config_name)


def last_healthy(execution: Execution) -> EndpointMetadata | None:
    """Read `endpoint.json`; None before the first deployment."""
    try:
        data = execution.read(execution.settings.config_bucket, locations.ENDPOINT)
    except NotFound:
        return None
    return EndpointMetadata.model_validate_json(data)
