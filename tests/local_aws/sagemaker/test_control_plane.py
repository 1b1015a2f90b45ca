"""SageMaker's control plane, through the real client: what it creates, and how it refuses."""

import time

import pytest
from botocore.exceptions import ClientError

from fakes.processes.patience import PATIENCE_SECONDS

MISSING = 'Could not find {} "arn:aws:sagemaker:us-east-1:000000000000:{}/nothing".'


def refusal(operation, **request):
    with pytest.raises(ClientError) as refused:
        operation(**request)
    error = refused.value.response
    return (
        error["ResponseMetadata"]["HTTPStatusCode"],
        error["Error"]["Code"],
        error["Error"]["Message"],
    )


def test_an_endpoint_goes_from_creating_to_in_service_and_describes_itself(deployer):
    config = deployer.config(name="first")
    name = deployer.endpoint(config)
    assert deployer.sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"] == "Creating"

    described = deployer.settled(name)

    assert described["EndpointStatus"] == "InService"
    assert described["EndpointArn"] == f"arn:aws:sagemaker:us-east-1:000000000000:endpoint/{name}"
    assert described["EndpointConfigName"] == config
    assert described["ProductionVariants"][0]["VariantName"] == "AllTraffic"
    assert described["CreationTime"] <= described["LastModifiedTime"]
    assert "FailureReason" not in described


def test_models_and_configs_are_described_as_they_were_created(deployer):
    config = deployer.config()
    model = deployer.sagemaker.describe_model(ModelName=config)
    described = deployer.sagemaker.describe_endpoint_config(EndpointConfigName=config)

    assert model["PrimaryContainer"]["ModelDataUrl"].endswith(f"/{config}.tar.gz")
    assert model["ModelArn"].endswith(f":model/{config}")
    assert described["ProductionVariants"][0]["ModelName"] == config
    assert described["EndpointConfigArn"].endswith(f":endpoint-config/{config}")


@pytest.mark.parametrize(
    ("operation", "kind", "request_"),
    [
        ("describe_model", "model", {"ModelName": "nothing"}),
        ("delete_model", "model", {"ModelName": "nothing"}),
        ("describe_endpoint_config", "endpoint configuration", {"EndpointConfigName": "nothing"}),
        ("delete_endpoint_config", "endpoint configuration", {"EndpointConfigName": "nothing"}),
        ("describe_endpoint", "endpoint", {"EndpointName": "nothing"}),
        ("delete_endpoint", "endpoint", {"EndpointName": "nothing"}),
        (
            "update_endpoint",
            "endpoint",
            {"EndpointName": "nothing", "EndpointConfigName": "nothing"},
        ),
        (
            "create_endpoint",
            "endpoint configuration",
            {"EndpointName": "new", "EndpointConfigName": "nothing"},
        ),
    ],
)
def test_what_does_not_exist_is_a_validation_exception(deployer, operation, kind, request_):
    arn_kind = kind.replace("endpoint configuration", "endpoint-config")
    assert refusal(getattr(deployer.sagemaker, operation), **request_) == (
        400,
        "ValidationException",
        MISSING.format(kind, arn_kind),
    )


def test_what_exists_already_is_a_validation_exception(deployer):
    name = deployer.in_service()
    config = deployer.sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
    status, code, message = refusal(
        deployer.sagemaker.create_endpoint, EndpointName=name, EndpointConfigName=config
    )
    assert (status, code) == (400, "ValidationException")
    assert message.startswith('Cannot create already existing endpoint "arn:aws:sagemaker:')
    assert (
        "already existing model"
        in refusal(
            deployer.sagemaker.create_model, ModelName=config, PrimaryContainer={"Image": "x"}
        )[2]
    )


def test_a_config_of_an_unknown_model_is_refused(deployer):
    request = {"VariantName": "A", "ModelName": "nothing", "InitialInstanceCount": 1}
    assert refusal(
        deployer.sagemaker.create_endpoint_config,
        EndpointConfigName="orphan",
        ProductionVariants=[request],
    )[2] == MISSING.format("model", "model")


@pytest.mark.parametrize(
    ("name", "constraint"),
    [
        ("under_score", "regular expression pattern"),
        ("-leading", "regular expression pattern"),
        ("x" * 64, "length less than or equal to 63"),
    ],
)
def test_a_name_that_the_service_does_not_allow_is_refused(deployer, name, constraint):
    status, code, message = refusal(
        deployer.sagemaker.create_endpoint, EndpointName=name, EndpointConfigName="c"
    )
    assert (status, code) == (400, "ValidationException")
    assert f"Value '{name}' at 'endpointName' failed to satisfy constraint" in message
    assert constraint in message


@pytest.mark.parametrize(
    "container",
    [
        {"ModelDataUrl": "https://example.com/model.tar.gz"},
        {"ModelDataUrl": "s3://bucket/model.pkl"},
        {"ModelPackageName": "package"},
    ],
)
def test_model_data_that_cannot_be_served_is_refused(deployer, container):
    assert refusal(deployer.sagemaker.create_model, ModelName="bad", PrimaryContainer=container)[
        :2
    ] == (400, "ValidationException")


def test_an_operation_that_is_not_there_is_refused_with_those_that_are(deployer):
    status, code, message = refusal(deployer.sagemaker.list_training_jobs)
    assert (status, code) == (400, "UnknownOperationException")
    assert "CreateEndpoint" in message


def test_a_changing_endpoint_can_be_neither_updated_nor_deleted(deployer):
    config = deployer.config(healthy=False)
    name = deployer.endpoint(config)
    for operation, more in (
        (deployer.sagemaker.update_endpoint, {"EndpointConfigName": config}),
        (deployer.sagemaker.delete_endpoint, {}),
    ):
        status, code, message = refusal(operation, EndpointName=name, **more)
        assert (status, code) == (400, "ValidationException")
        assert message.startswith("Cannot update in-progress endpoint")
    assert deployer.settled(name)["EndpointStatus"] == "Failed"


def test_a_model_that_is_not_in_s3_fails_the_endpoint_and_says_so(deployer):
    url = f"s3://{deployer.settings.models_bucket}/nothing.tar.gz"
    deployer.model("without-data", url)
    deployer.sagemaker.create_endpoint_config(
        EndpointConfigName="without-data",
        ProductionVariants=[
            {"VariantName": "A", "ModelName": "without-data", "InitialInstanceCount": 1}
        ],
    )
    described = deployer.settled(deployer.endpoint("without-data"))
    assert described["EndpointStatus"] == "Failed"
    assert "Failed to download model data" in described["FailureReason"]
    assert url in described["FailureReason"]


def test_a_process_that_ends_fails_the_endpoint_with_its_last_words(deployer):
    described = deployer.settled(deployer.endpoint(deployer.config(exits=3)))
    assert described["EndpointStatus"] == "Failed"
    assert "did not pass the ping health check" in described["FailureReason"]
    assert "the model is broken (code 3)" in described["FailureReason"]


def test_a_failed_endpoint_can_only_be_deleted(deployer):
    config = deployer.config(exits=3)
    name = deployer.endpoint(config)
    deployer.settled(name)
    message = refusal(
        deployer.sagemaker.update_endpoint, EndpointName=name, EndpointConfigName=config
    )[2]
    assert "it can only be deleted" in message
    deployer.sagemaker.delete_endpoint(EndpointName=name)
    assert is_gone(deployer, name)


def test_a_deleted_endpoint_is_gone_and_its_name_is_free(deployer):
    name = deployer.in_service()
    config = deployer.sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
    deployer.sagemaker.delete_endpoint(EndpointName=name)
    assert is_gone(deployer, name)
    deployer.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    assert deployer.settled(name)["EndpointStatus"] == "InService"


def is_gone(deployer, name):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            deployer.sagemaker.describe_endpoint(EndpointName=name)
        except ClientError as error:
            return "Could not find endpoint" in str(error)
        time.sleep(0.02)
    return False


def test_lists_are_filtered_sorted_and_paged(deployer):
    created = [deployer.config(), deployer.config(), deployer.config()]
    pages = deployer.sagemaker.get_paginator("list_endpoint_configs").paginate(
        SortBy="Name", SortOrder="Ascending", PaginationConfig={"PageSize": 2}
    )
    listed = [one["EndpointConfigName"] for page in pages for one in page["EndpointConfigs"]]
    assert listed == sorted(listed)
    assert set(created) <= set(listed)
    only = deployer.sagemaker.list_models(NameContains=created[0])["Models"]
    assert [one["ModelName"] for one in only] == [created[0]]


def test_lists_of_endpoints_can_be_narrowed_to_a_status(deployer):
    name = deployer.in_service()
    in_service = deployer.sagemaker.list_endpoints(StatusEquals="InService", MaxResults=100)
    failed = deployer.sagemaker.list_endpoints(StatusEquals="Failed", MaxResults=100)
    assert name in [one["EndpointName"] for one in in_service["Endpoints"]]
    assert name not in [one["EndpointName"] for one in failed["Endpoints"]]


def test_tags_are_kept_added_and_deleted(deployer):
    name = deployer.in_service()
    arn = deployer.sagemaker.describe_endpoint(EndpointName=name)["EndpointArn"]
    deployer.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "fraud"}])
    deployer.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "run", "Value": "4f2c"}])
    deployer.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["team"])
    assert deployer.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [
        {"Key": "run", "Value": "4f2c"}
    ]
