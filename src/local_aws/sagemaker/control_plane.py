"""SageMaker control plane: create, describe, update, delete and list, with the service's errors."""

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from foundation.settings import Settings
from local_aws.sagemaker import descriptions as describe
from local_aws.sagemaker.definitions import Deployment, Endpoint, Kind
from local_aws.sagemaker.endpoints import LocalEndpoints
from local_aws.sagemaker.errors import Refused, exists, in_progress, invalid, missing
from local_aws.sagemaker.validation import require_valid

Request = Mapping[str, Any]


class ControlPlane:
    """The operations: each takes the JSON of a request and returns that of the response.

    Every operation raises Refused where the service answers with an error.
    """

    def __init__(self, endpoints: LocalEndpoints, settings: Settings) -> None:
        self._endpoints, self._definitions = endpoints, endpoints.definitions
        self._arns = f"arn:aws:sagemaker:{settings.region}:{settings.account}"
        self._operations: dict[str, Callable[[Request], dict[str, Any]]] = {
            "CreateModel": self.create_model,
            "DescribeModel": lambda r: dict(self._described("model", r["ModelName"])),
            "DeleteModel": lambda r: self._delete("model", r["ModelName"]),
            "ListModels": self.list_models,
            "CreateEndpointConfig": self.create_endpoint_config,
            "DescribeEndpointConfig": lambda r: dict(
                self._described("endpoint-config", r["EndpointConfigName"])
            ),
            "DeleteEndpointConfig": lambda r: self._delete(
                "endpoint-config", r["EndpointConfigName"]
            ),
            "ListEndpointConfigs": self.list_endpoint_configs,
            "CreateEndpoint": self.create_endpoint,
            "DescribeEndpoint": self.describe_endpoint,
            "UpdateEndpoint": self.update_endpoint,
            "DeleteEndpoint": self.delete_endpoint,
            "ListEndpoints": self.list_endpoints,
            "AddTags": self.add_tags,
            "ListTags": self.list_tags,
            "DeleteTags": self.delete_tags,
        }

    def answer(self, operation: str, request: Request) -> dict[str, Any]:
        if operation not in self._operations:
            known = ", ".join(sorted(self._operations))
            message = f"The local SageMaker does not have {operation}; it has {known}."
            raise Refused(400, "UnknownOperationException", message)
        require_valid(operation, request)
        return self._operations[operation](request)

    def create_model(self, request: Request) -> dict[str, Any]:
        name, arn = request["ModelName"], self._arn("model", request["ModelName"])
        _require_one_container(request)
        if name in self._definitions.described["model"]:
            raise exists(arn)
        self._save("model", name, "Model", request)
        return {"ModelArn": arn}

    def create_endpoint_config(self, request: Request) -> dict[str, Any]:
        name = request["EndpointConfigName"]
        arn = self._arn("endpoint-config", name)
        variants = request["ProductionVariants"]
        if len(variants) > 1:
            message = (
                f"The local SageMaker serves one production variant an endpoint, not "
                f"{len(variants)}. Nothing was created."
            )
            raise invalid(message)
        if "ModelName" not in variants[0]:
            message = "The local SageMaker needs a ModelName in the production variant."
            raise invalid(message)
        self._described("model", variants[0]["ModelName"])
        if name in self._definitions.described["endpoint-config"]:
            raise exists(arn)
        self._save("endpoint-config", name, "EndpointConfig", request)
        return {"EndpointConfigArn": arn}

    def create_endpoint(self, request: Request) -> dict[str, Any]:
        name = request["EndpointName"]
        arn = self._arn("endpoint", name)
        if name in self._definitions.endpoints:
            raise exists(arn)
        self._endpoints.create(name, self._deployment(request["EndpointConfigName"]))
        self._tag(arn, request)
        return {"EndpointArn": arn}

    def describe_endpoint(self, request: Request) -> dict[str, Any]:
        endpoint = self._endpoint(request["EndpointName"])
        return describe.endpoint_description(endpoint, self._arn("endpoint", endpoint.name))

    def update_endpoint(self, request: Request) -> dict[str, Any]:
        endpoint = self._endpoint(request["EndpointName"])
        arn = self._arn("endpoint", endpoint.name)
        if endpoint.is_changing:
            raise in_progress(arn)
        if endpoint.status == "Failed":
            message = f'Cannot update failed endpoint "{arn}"; it can only be deleted.'
            raise invalid(message)
        self._endpoints.update(endpoint, self._deployment(request["EndpointConfigName"]))
        return {"EndpointArn": arn}

    def delete_endpoint(self, request: Request) -> dict[str, Any]:
        endpoint = self._endpoint(request["EndpointName"])
        arn = self._arn("endpoint", endpoint.name)
        if endpoint.is_changing:
            raise in_progress(arn)
        self._endpoints.delete(endpoint)
        self._definitions.save_tags(arn, {})
        return {}

    def list_models(self, request: Request) -> dict[str, Any]:
        return describe.page("Models", "Model", self._all("model"), request)

    def list_endpoint_configs(self, request: Request) -> dict[str, Any]:
        return describe.page(
            "EndpointConfigs", "EndpointConfig", self._all("endpoint-config"), request
        )

    def list_endpoints(self, request: Request) -> dict[str, Any]:
        found = [
            describe.endpoint_description(one, self._arn("endpoint", one.name))
            for one in self._definitions.endpoints.values()
        ]
        return describe.page("Endpoints", "Endpoint", found, request)

    def add_tags(self, request: Request) -> dict[str, Any]:
        return {"Tags": describe.tag_list(self._tag(request["ResourceArn"], request))}

    def list_tags(self, request: Request) -> dict[str, Any]:
        return {"Tags": describe.tag_list(self._definitions.tags.get(request["ResourceArn"], {}))}

    def delete_tags(self, request: Request) -> dict[str, Any]:
        arn, gone = request["ResourceArn"], set(request["TagKeys"])
        tags = self._definitions.tags.get(arn, {})
        if gone & tags.keys():
            self._definitions.save_tags(arn, {k: v for k, v in tags.items() if k not in gone})
        return {}

    def _deployment(self, config_name: str) -> Deployment:
        config = self._described("endpoint-config", config_name)
        variant = config["ProductionVariants"][0]
        model = self._described("model", variant["ModelName"])
        container = model.get("PrimaryContainer") or model["Containers"][0]
        return Deployment(
            config=config_name,
            variant=variant["VariantName"],
            instances=variant.get("InitialInstanceCount", 1),
            weight=variant.get("InitialVariantWeight", 1.0),
            model=variant["ModelName"],
            image=container.get("Image", ""),
            model_data=container.get("ModelDataUrl"),
            environment=container.get("Environment", {}),
            startup_seconds=variant.get("ContainerStartupHealthCheckTimeoutInSeconds"),
            generation=uuid.uuid4().hex[:12],
            started_at=time.time(),
        )

    def _endpoint(self, name: str) -> Endpoint:
        endpoint = self._definitions.endpoints.get(name)
        if endpoint is None:
            raise missing(self._arn("endpoint", name))
        return endpoint

    def _described(self, kind: Kind, name: str) -> dict[str, Any]:
        found = self._definitions.described[kind].get(name)
        if found is None:
            raise missing(self._arn(kind, name))
        return found

    def _all(self, kind: Kind) -> list[dict[str, Any]]:
        return list(self._definitions.described[kind].values())

    def _save(self, kind: Kind, name: str, word: str, request: Request) -> None:
        arn = self._arn(kind, name)
        described = {key: value for key, value in request.items() if key != "Tags"}
        described |= {f"{word}Arn": arn, "CreationTime": time.time()}
        self._definitions.save(kind, name, described)
        self._tag(arn, request)

    def _delete(self, kind: Kind, name: str) -> dict[str, Any]:
        self._described(kind, name)
        self._definitions.delete(kind, name)
        self._definitions.save_tags(self._arn(kind, name), {})
        return {}

    def _tag(self, arn: str, request: Request) -> dict[str, str]:
        tags = dict(self._definitions.tags.get(arn, {}))
        new = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
        if new:
            self._definitions.save_tags(arn, tags | new)
        return tags | new

    def _arn(self, kind: str, name: str) -> str:
        return f"{self._arns}:{kind}/{name.lower()}"


def _require_one_container(request: Request) -> None:
    containers = [*request.get("Containers", ()), request.get("PrimaryContainer")]
    named = [container for container in containers if container is not None]
    if len(named) != 1:
        message = (
            f"The local SageMaker serves a model of one container, not {len(named)}. Give "
            "PrimaryContainer. Nothing was created."
        )
        raise invalid(message)
    data = named[0].get("ModelDataUrl")
    if data is not None and not (data.startswith("s3://") and data.endswith(".tar.gz")):
        message = f'ModelDataUrl must be the S3 URL of a .tar.gz, not "{data}".'
        raise invalid(message)
    if "ModelDataSource" in named[0] or "ModelPackageName" in named[0]:
        message = "The local SageMaker takes a model from ModelDataUrl only."
        raise invalid(message)
