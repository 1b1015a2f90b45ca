"""SageMaker descriptions: the responses of Describe… and List…."""

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.definitions import Deployment, Endpoint
from local_aws.sagemaker.errors import invalid

SUMMARY = ("Name", "Arn", "Status")  # after the kind's word: EndpointName, …


def endpoint_description(endpoint: Endpoint, arn: str) -> dict[str, Any]:
    """Return DescribeEndpoint's response: the deployment in service, and the one on its way."""
    shown = endpoint.current or endpoint.pending
    described: dict[str, Any] = {
        "EndpointName": endpoint.name,
        "EndpointArn": arn,
        "EndpointStatus": endpoint.status,
        "CreationTime": endpoint.created_at,
        "LastModifiedTime": endpoint.modified_at,
    }
    if shown is not None:
        described["EndpointConfigName"] = shown.config
    if endpoint.current is not None:
        described["ProductionVariants"] = [_variant(endpoint.current)]
    if endpoint.pending is not None:
        described["PendingDeploymentSummary"] = {
            "EndpointConfigName": endpoint.pending.config,
            "ProductionVariants": [_variant(endpoint.pending)],
            "StartTime": endpoint.pending.started_at,
        }
    if endpoint.failure is not None:
        described["FailureReason"] = endpoint.failure
    return described


def _variant(deployment: Deployment) -> dict[str, Any]:
    return {
        "VariantName": deployment.variant,
        "DeployedImages": [
            {
                "SpecifiedImage": deployment.image,
                "ResolvedImage": deployment.image,
                "ResolutionTime": deployment.started_at,
            }
        ],
        "CurrentWeight": deployment.weight,
        "DesiredWeight": deployment.weight,
        "CurrentInstanceCount": deployment.instances,
        "DesiredInstanceCount": deployment.instances,
    }


def page(
    key: str, word: str, found: list[dict[str, Any]], request: Mapping[str, Any]
) -> dict[str, Any]:
    """Return one page of a List… response: filtered, newest first unless the request orders it."""
    matching = [one for one in found if _matches(one, word, request)]
    order = {"Name": f"{word}Name", "Status": f"{word}Status"}.get(
        request.get("SortBy", "CreationTime"), "CreationTime"
    )
    matching.sort(
        key=lambda one: one[order], reverse=request.get("SortOrder", "Descending") == "Descending"
    )
    start, size = _position(request), request.get("MaxResults", 10)
    answer: dict[str, Any] = {key: [_summary(one, word) for one in matching[start : start + size]]}
    if start + size < len(matching):
        answer["NextToken"] = str(start + size)
    return answer


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": tags[key]} for key in tags]


def _matches(one: Mapping[str, Any], word: str, request: Mapping[str, Any]) -> bool:
    named = request.get("NameContains", "").lower() in one[f"{word}Name"].lower()
    status = request.get("StatusEquals", one.get(f"{word}Status"))
    return named and status == one.get(f"{word}Status") and _is_in_time(one, request)


def _is_in_time(one: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    return all(
        request.get(f"{time}After", one[time])
        <= one[time]
        <= request.get(f"{time}Before", one[time])
        for time in ("CreationTime", "LastModifiedTime")
        if time in one
    )


def _position(request: Mapping[str, Any]) -> int:
    token = request.get("NextToken", "0")
    if not token.isdigit():
        message = f"Invalid NextToken: {token}"
        raise invalid(message)
    return int(token)


def _summary(one: Mapping[str, Any], word: str) -> dict[str, Any]:
    kept = (*(f"{word}{name}" for name in SUMMARY), "CreationTime", "LastModifiedTime")
    return {name: one[name] for name in kept if name in one}
