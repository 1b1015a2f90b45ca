"""SageMaker errors: the codes and messages by which clients recognise a refusal."""

import pytest

from local_aws.sagemaker import errors

ARN = "arn:aws:sagemaker:us-east-1:000000000000"


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        (f"{ARN}:endpoint/e-1", "endpoint"),
        (f"{ARN}:endpoint-config/c-1", "endpoint configuration"),
        (f"{ARN}:model/m-1", "model"),
    ],
)
def test_a_missing_thing_is_named_by_its_kind_and_arn(arn, kind):
    refused = errors.missing(arn)
    assert (refused.status, refused.code) == (400, "ValidationException")
    assert refused.message == f'Could not find {kind} "{arn}".'


@pytest.mark.parametrize(("status", "whose"), [(400, "client"), (503, "server"), (0, "server")])
def test_an_error_of_the_container_has_its_status_and_body(status, whose):
    refused = errors.model_error(status, "row 3 is wrong", "e-1.log")
    assert (refused.status, refused.code) == (424, "ModelError")
    assert f'{whose} error ({status}) from primary with message "row 3 is wrong"' in refused.message
    assert refused.more == {
        "OriginalStatusCode": status,
        "OriginalMessage": "row 3 is wrong",
        "LogStreamArn": "e-1.log",
    }


@pytest.mark.parametrize("make", [errors.not_ready, lambda name: errors.unavailable(name, "gone")])
def test_a_container_that_may_come_back_is_worth_a_retry(make):
    refused = make("e-1")
    assert refused.status in (429, 503)
    assert "e-1" in refused.message
