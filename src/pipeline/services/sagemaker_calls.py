"""SageMaker calls: one method a call; None for what does not exist, and errors of ours."""

from functools import cached_property
from typing import Any

from foundation.aws import client
from foundation.errors import NotFound
from foundation.settings import Settings
from pipeline.services.endpoint_errors import endpoint_errors
from pipeline.services.endpoint_names import Definition, belongs_to, name_prefix

Answer = dict[str, Any]


class SageMakerCalls:
    """The SageMaker API calls of endpoints."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _sagemaker(self) -> Any:
        # Created on first use: its definition is the largest of boto3, and scoring needs none.
        return client("sagemaker", self._settings)

    def endpoint(self, name: str) -> Answer | None:
        return self._find("describe_endpoint", EndpointName=name)

    def config(self, name: str) -> Answer | None:
        return self._find("describe_endpoint_config", EndpointConfigName=name)

    def model(self, name: str) -> Answer | None:
        return self._find("describe_model", ModelName=name)

    def create_endpoint(self, name: str, config: str) -> None:
        self._call("create_endpoint", EndpointName=name, EndpointConfigName=config)

    def update_endpoint(self, name: str, config: str) -> None:
        self._call("update_endpoint", EndpointName=name, EndpointConfigName=config)

    def create_model(self, defined: Definition) -> None:
        self._call(
            "create_model",
            ModelName=defined.name,
            PrimaryContainer=defined.container,
            ExecutionRoleArn=self._settings.endpoint_role,
        )

    def create_config(self, defined: Definition) -> None:
        self._call(
            "create_endpoint_config",
            EndpointConfigName=defined.name,
            ProductionVariants=[{**defined.variant, "ModelName": defined.name}],
        )

    def delete_endpoint(self, name: str) -> None:
        self._find("delete_endpoint", EndpointName=name)

    def delete_config(self, name: str) -> None:
        self._find("delete_endpoint_config", EndpointConfigName=name)

    def delete_model(self, name: str) -> None:
        self._find("delete_model", ModelName=name)

    def configs_for(self, endpoint: str) -> set[str]:
        return self._made_for(endpoint, "list_endpoint_configs", "EndpointConfigs")

    def models_for(self, endpoint: str) -> set[str]:
        return self._made_for(endpoint, "list_models", "Models")

    def _made_for(self, endpoint: str, operation: str, kind: str) -> set[str]:
        key = kind.removesuffix("s") + "Name"
        with endpoint_errors(f"Listing the {kind} of {endpoint}", missing="it is not there"):
            pages = self._sagemaker.get_paginator(operation).paginate(
                NameContains=name_prefix(endpoint)
            )
            names = {one[key] for page in pages for one in page[kind]}
        return {name for name in names if belongs_to(name, endpoint)}

    def _find(self, operation: str, **named: str) -> Answer | None:
        try:
            return self._call(operation, **named)
        except NotFound:
            return None

    def _call(self, operation: str, **request: Any) -> Answer:
        words, name = operation.replace("_", " "), next(iter(request.values()))
        with endpoint_errors(f"SageMaker: {words} {name}", missing="it is not there"):
            answer: Answer = getattr(self._sagemaker, operation)(**request)
        return answer
