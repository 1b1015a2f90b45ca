"""Endpoints: deploys, describes, removes and invokes SageMaker endpoints."""

from functools import cached_property
from typing import Any, Protocol

from foundation.aws import client
from foundation.errors import NotFound, ServiceRefused
from foundation.record import Record
from foundation.settings import Settings
from pipeline.services.endpoint_errors import endpoint_errors
from pipeline.services.endpoint_names import definition, model_digest_in
from pipeline.services.sagemaker_calls import Answer, SageMakerCalls
from pipeline.services.waiter import OnWait, Waiter

IN_SERVICE = "InService"
SETTLED = {IN_SERVICE, "Failed", "OutOfService", "UpdateRollbackFailed"}
WAIT_SECONDS = 900.0  # SageMaker takes minutes to start a machine
CONNECTIONS = 64
ATTEMPTS = 2  # for a connection that was closed while idle; scoring itself does the rest


class EndpointState(Record):
    """State of an endpoint; `failure_reason` is that of the last change that failed.

    `config_name` is empty for an endpoint that never ran a configuration.
    """

    name: str
    status: str
    config_name: str
    model_name: str | None
    model_digest: str | None
    arn: str
    failure_reason: str | None


class Endpoints(Protocol):
    """Port of SageMaker's endpoints. Unavailable is worth a retry; ServiceRefused is not."""

    def deploy(
        self,
        name: str,
        *,
        model_digest: str,
        timeout_seconds: float = WAIT_SECONDS,
        on_wait: OnWait | None = None,
    ) -> EndpointState:
        """Serve the model under `name`, and return once it serves; at once if it does already.

        Raises ServiceRefused when SageMaker gives up, naming what serves now, and Unavailable when
        the time is up. `on_wait` gets the status and the seconds waited so far.
        """
        ...

    def use_config(
        self, name: str, config_name: str, *, timeout_seconds: float = WAIT_SECONDS
    ) -> EndpointState:
        """Switch to a configuration that was deployed before; NotFound when it is gone."""
        ...

    def describe(self, name: str) -> EndpointState | None:
        """Return the state of the endpoint; None when there is none."""
        ...

    def remove(self, name: str) -> None:
        """Remove the endpoint and every configuration and model that was made for it."""
        ...

    def invoke(self, name: str, body: bytes, content_type: str) -> bytes:
        """Send one request to the model; RowsRefused when the model rejects a row."""
        ...


class SageMakerEndpoints:
    """Endpoints of SageMaker, or of the local emulator."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._calls = settings, SageMakerCalls(settings)

    @cached_property
    def _runtime(self) -> Any:
        return client(
            "sagemaker-runtime", self._settings, connections=CONNECTIONS, attempts=ATTEMPTS
        )

    def deploy(
        self,
        name: str,
        *,
        model_digest: str,
        timeout_seconds: float = WAIT_SECONDS,
        on_wait: OnWait | None = None,
    ) -> EndpointState:
        defined = definition(name, model_digest, self._settings)
        if self._calls.model(defined.name) is None:
            self._calls.create_model(defined)
        if self._calls.config(defined.name) is None:
            self._calls.create_config(defined)
        return self._switch_to(name, defined.name, Waiter(timeout_seconds, on_wait))

    def use_config(
        self, name: str, config_name: str, *, timeout_seconds: float = WAIT_SECONDS
    ) -> EndpointState:
        if self._calls.config(config_name) is None:
            message = f"There is no endpoint configuration {config_name}; {name} was not touched."
            raise NotFound(message)
        return self._switch_to(name, config_name, Waiter(timeout_seconds))

    def describe(self, name: str) -> EndpointState | None:
        description = self._calls.endpoint(name)
        return None if description is None else self._state(description)

    def remove(self, name: str) -> None:
        waiter = Waiter(WAIT_SECONDS)
        description = self._wait_until_settled(name, waiter)
        configs, models = self._calls.configs_for(name), self._calls.models_for(name)
        if description is not None:
            state = self._state(description)
            configs |= {state.config_name} - {""}
            models |= {state.model_name or ""} - {""}
            self._remove_endpoint(name, waiter)
        for config in configs:
            self._calls.delete_config(config)
        for model in models:
            self._calls.delete_model(model)

    def invoke(self, name: str, body: bytes, content_type: str) -> bytes:
        missing = f"there is no endpoint {name}. No score was kept. Deploy one: ceap run training"
        with endpoint_errors(f"Scoring through endpoint {name}", missing=missing):
            answer = self._runtime.invoke_endpoint(
                EndpointName=name, Body=body, ContentType=content_type, Accept="application/json"
            )
            data: bytes = answer["Body"].read()
        return data

    def _switch_to(self, name: str, config: str, waiter: Waiter) -> EndpointState:
        description = self._wait_until_settled(name, waiter)
        if description is not None and description["EndpointStatus"] != IN_SERVICE:
            # It does not serve, and SageMaker allows nothing but removing it.
            self._remove_endpoint(name, waiter)
            description = None
        if description is None:
            self._calls.create_endpoint(name, config)
        elif description["EndpointConfigName"] != config:
            self._calls.update_endpoint(name, config)
        return self._require_serving(name, config, self._wait_until_settled(name, waiter))

    def _require_serving(self, name: str, config: str, description: Answer | None) -> EndpointState:
        if description is None:
            message = f"Endpoint {name} was removed by someone while {config} was deployed to it."
            raise ServiceRefused(message)
        state = self._state(description)
        if state.status == IN_SERVICE and state.config_name == config:
            return state
        serves = f"model {state.model_digest} ({state.config_name}) still does"
        now = serves if state.status == IN_SERVICE else f"nothing does: it is {state.status}"
        message = (
            f"Endpoint {name} does not serve {config}; {now}. "
            f"SageMaker says: {state.failure_reason or 'nothing'}"
        )
        raise ServiceRefused(message)

    def _wait_until_settled(self, name: str, waiter: Waiter) -> Answer | None:
        """Wait until the endpoint has stopped changing; None when there is no endpoint."""
        while (description := self._calls.endpoint(name)) is not None:
            if description["EndpointStatus"] in SETTLED:
                return description
            waiter.wait(f"Endpoint {name}", description["EndpointStatus"])
        return None

    def _remove_endpoint(self, name: str, waiter: Waiter) -> None:
        self._calls.delete_endpoint(name)
        if self._wait_until_settled(name, waiter) is not None:
            message = f"SageMaker did not remove endpoint {name}; what it runs was left alone."
            raise ServiceRefused(message)

    def _state(self, description: Answer) -> EndpointState:
        config_name = description.get("EndpointConfigName", "")
        config = self._calls.config(config_name) if config_name else None
        model_name = config["ProductionVariants"][0]["ModelName"] if config else None
        model = self._calls.model(model_name) if model_name else None
        container = (model or {}).get("PrimaryContainer", {})
        return EndpointState(
            name=description["EndpointName"],
            status=description["EndpointStatus"],
            config_name=config_name,
            model_name=model_name,
            model_digest=model_digest_in(container.get("ModelDataUrl", "")),
            arn=description["EndpointArn"],
            failure_reason=description.get("FailureReason"),
        )
