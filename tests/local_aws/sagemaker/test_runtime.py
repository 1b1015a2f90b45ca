"""SageMaker's runtime, through the real client: answers, and errors as the service gives them."""

import os
import signal
import time

import psutil
import pytest
from botocore.exceptions import ClientError

from fakes.processes.patience import PATIENCE_SECONDS
from local_aws import status

SIX_MEGABYTES = 6 * 1024 * 1024


def refusal(deployer, name, body):
    with pytest.raises(ClientError) as refused:
        deployer.ask(name, body)
    return refused.value.response


def process_of(deployer, name):
    return next(one.pid for one in status(deployer.settings).endpoints if one.name == name)


def test_the_container_gets_the_request_and_the_client_its_answer(deployer):
    name = deployer.in_service(name="blue")
    answer = deployer.ask(name, b"1,2,3", CustomAttributes="trace=4f2c")
    assert answer["model"] == "blue"
    assert answer["bytes"] == 5
    assert answer["content_type"] == "text/csv"
    assert answer["attributes"] == "trace=4f2c"


def test_the_container_gets_the_accept_and_the_client_the_attributes_of_the_answer(deployer):
    name = deployer.in_service()
    assert deployer.ask(name, b"1,2,3", Accept="text/csv;q=0.9, */*")["accept"] == (
        "text/csv;q=0.9, */*"
    )
    assert deployer.ask(name, b"1,2,3")["accept"] in (None, "*/*")
    reply = deployer.runtime.invoke_endpoint(EndpointName=name, Body=b"echo")
    assert reply["CustomAttributes"] == "model_digest=4f2c"


def test_the_answer_names_the_variant_that_gave_it(deployer):
    name = deployer.in_service()
    reply = deployer.runtime.invoke_endpoint(EndpointName=name, Body=b"echo")
    assert reply["InvokedProductionVariant"] == "AllTraffic"
    assert reply["ContentType"] == "application/json"


def test_six_megabytes_there_and_back_are_the_same_bytes(deployer):
    body = b"echo:" + os.urandom(SIX_MEGABYTES - 5)
    name = deployer.in_service()
    assert deployer.runtime.invoke_endpoint(EndpointName=name, Body=body)["Body"].read() == body


@pytest.mark.parametrize("excess", [1, 3_000_000])
def test_more_than_six_megabytes_are_refused_as_too_large(deployer, excess):
    name = deployer.in_service()
    error = refusal(deployer, name, bytes(SIX_MEGABYTES + excess))
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert error["Error"]["Message"] == f"HTTP content length exceeded {SIX_MEGABYTES} bytes."


def test_an_unknown_endpoint_is_a_validation_error_not_an_answer(deployer):
    error = refusal(deployer, "nothing", b"1")
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error["Error"]["Code"] == "ValidationError"
    assert error["Error"]["Message"] == "Endpoint nothing of account 000000000000 not found."


def test_an_endpoint_that_never_was_in_service_is_not_found(deployer):
    name = deployer.endpoint(deployer.config(healthy=False))
    assert refusal(deployer, name, b"1")["Error"]["Code"] == "ValidationError"


@pytest.mark.parametrize(("status", "whose"), [(400, "client"), (500, "server")])
def test_an_error_of_the_container_is_a_model_error_with_its_own_words(deployer, status, whose):
    error = refusal(deployer, deployer.in_service(), f"status:{status}".encode())
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert error["Error"]["Code"] == "ModelError"
    assert error["OriginalStatusCode"] == status
    assert error["OriginalMessage"] == "row 3 is wrong"
    assert f"Received {whose} error ({status}) from primary" in error["Error"]["Message"]


def test_an_answer_that_takes_too_long_is_a_model_error(deployer):
    error = refusal(deployer, deployer.in_service(), b"sleep:3")
    assert error["Error"]["Code"] == "ModelError"
    assert "invocation timed out" in error["Error"]["Message"]


def test_a_container_that_dies_is_started_again_and_requests_wait_for_it(deployer):
    name = deployer.in_service(name="phoenix")
    before = process_of(deployer, name)
    os.kill(before, signal.SIGKILL)
    # A request on a connection whose end is not heard of yet may have arrived: it is refused.
    time.sleep(0.1)
    assert deployer.ask(name)["model"] == "phoenix"
    assert process_of(deployer, name) != before


def test_a_request_that_kills_its_container_is_refused_and_the_next_is_answered(deployer):
    name = deployer.in_service(name="phoenix")
    error = refusal(deployer, name, b"die")
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert deployer.ask(name)["model"] == "phoenix"


def test_an_endpoint_of_a_container_that_died_stays_in_service(deployer):
    name = deployer.in_service()
    os.kill(process_of(deployer, name), signal.SIGKILL)
    time.sleep(0.1)
    described = deployer.sagemaker.describe_endpoint(EndpointName=name)
    assert described["EndpointStatus"] == "InService"


def test_deleting_an_endpoint_ends_its_process(deployer):
    name = deployer.in_service()
    process = psutil.Process(process_of(deployer, name))
    deployer.sagemaker.delete_endpoint(EndpointName=name)
    process.wait(PATIENCE_SECONDS)


def test_the_environment_of_the_model_reaches_its_process(deployer):
    config = deployer.config()
    url = deployer.sagemaker.describe_model(ModelName=config)["PrimaryContainer"]["ModelDataUrl"]
    deployer.model("with-environment", url, OMP_NUM_THREADS="1")
    deployer.sagemaker.create_endpoint_config(
        EndpointConfigName="with-environment",
        ProductionVariants=[
            {"VariantName": "A", "ModelName": "with-environment", "InitialInstanceCount": 1}
        ],
    )
    name = deployer.endpoint("with-environment")
    deployer.settled(name)
    environment = deployer.ask(name)["environment"]
    assert environment["OMP_NUM_THREADS"] == "1"
    assert not [variable for variable in environment if variable.startswith("AWS_")]
