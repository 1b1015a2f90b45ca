"""SageMaker descriptions: the fields of the service, and lists in pages without loss."""

import pytest

from local_aws.sagemaker.definitions import Deployment, Endpoint
from local_aws.sagemaker.descriptions import endpoint_description, page, tag_list
from local_aws.sagemaker.errors import Refused

ARN = "arn:aws:sagemaker:us-east-1:000000000000:endpoint/e"
MODELS = [
    {"ModelName": f"model-{n}", "ModelArn": f"{ARN}-{n}", "CreationTime": float(n)}
    for n in range(25)
]


def deployment(config):
    return Deployment(
        config=config, variant="AllTraffic", instances=2, weight=1.0, model="m", image="i",
        model_data=None, environment={}, startup_seconds=None, generation=config, started_at=1.0,
    )  # fmt: skip


def names(answer):
    return [model["ModelName"] for model in answer["Models"]]


def test_an_endpoint_in_service_shows_its_variant():
    endpoint = Endpoint("e", "InService", 1.0, 2.0, current=deployment("blue"))
    described = endpoint_description(endpoint, ARN)
    assert described["EndpointConfigName"] == "blue"
    (variant,) = described["ProductionVariants"]
    assert (variant["VariantName"], variant["CurrentInstanceCount"]) == ("AllTraffic", 2)
    assert "PendingDeploymentSummary" not in described
    assert "FailureReason" not in described


def test_an_update_shows_both_configurations():
    blue, green = deployment("blue"), deployment("green")
    endpoint = Endpoint("e", "Updating", 1.0, 2.0, current=blue, pending=green)
    described = endpoint_description(endpoint, ARN)
    assert described["EndpointConfigName"] == "blue"
    assert described["PendingDeploymentSummary"]["EndpointConfigName"] == "green"


def test_a_failed_endpoint_shows_its_reason_and_no_variant():
    endpoint = Endpoint("e", "Failed", 1.0, 2.0, failure="it never answered")
    described = endpoint_description(endpoint, ARN)
    assert described["FailureReason"] == "it never answered"
    assert "ProductionVariants" not in described


def test_pages_together_have_every_item_once_newest_first():
    found, request = [], {}
    while True:
        answer = page("Models", "Model", MODELS, request)
        found += names(answer)
        if "NextToken" not in answer:
            break
        request = {"NextToken": answer["NextToken"]}
    assert found == [f"model-{n}" for n in reversed(range(25))]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"MaxResults": 1}, ["model-24"]),
        ({"NameContains": "MODEL-7"}, ["model-7"]),
        ({"CreationTimeBefore": 1.0, "SortOrder": "Ascending"}, ["model-0", "model-1"]),
        ({"CreationTimeAfter": 23.5}, ["model-24"]),
        ({"SortBy": "Name", "SortOrder": "Ascending", "MaxResults": 2}, ["model-0", "model-1"]),
        ({"NameContains": "nothing"}, []),
    ],
)
def test_a_list_is_filtered_and_sorted_as_requested(request_, expected):
    assert names(page("Models", "Model", MODELS, request_)) == expected


def test_a_token_that_no_page_gave_is_refused():
    with pytest.raises(Refused, match="Invalid NextToken: next"):
        page("Models", "Model", MODELS, {"NextToken": "next"})


def test_tags_are_listed_by_key_and_value():
    assert tag_list({"team": "fraud"}) == [{"Key": "team", "Value": "fraud"}]
