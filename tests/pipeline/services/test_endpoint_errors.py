"""Errors of SageMaker and of the container become errors of ours."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from foundation.errors import AccessDenied, NotFound, RowsRefused, ServiceRefused, Unavailable
from pipeline.services.endpoint_errors import endpoint_errors

MISSING = "there is no endpoint e"


def refusal(code, message="said so", status=400, **more):
    answer = {"Error": {"Code": code, "Message": message}, **more}
    return ClientError({**answer, "ResponseMetadata": {"HTTPStatusCode": status}}, "InvokeEndpoint")


def model_error(status, said):
    return refusal("ModelError", status=424, OriginalStatusCode=status, OriginalMessage=said)


def raised(error, kind, **match):
    with pytest.raises(kind, **match) as caught, endpoint_errors("Scoring", missing=MISSING):
        raise error
    return caught.value


@pytest.mark.parametrize(
    "error",
    [
        refusal("ValidationError", "Endpoint e of account 000000000000 not found."),
        refusal("ValidationException", 'Could not find endpoint "arn:aws:…:endpoint/e".'),
        refusal("ValidationException", 'Could not find endpoint configuration "arn:aws:…".'),
        refusal("ValidationException", 'Could not find model "arn:aws:…:model/m".'),
    ],
)
def test_what_sagemaker_cannot_find_is_not_found(error):
    raised(error, NotFound, match=MISSING)


def test_another_validation_error_is_a_refusal_in_sagemakers_words():
    error = refusal("ValidationException", "Could not access model data at s3://b/k.")
    raised(error, ServiceRefused, match="Could not access model data")


def test_what_the_container_refuses_keeps_row_and_column():
    said = '{"error": "Row 3, column V7 is NaN.", "row": 3, "column": "V7"}'
    refused = raised(model_error(400, said), RowsRefused, match="Row 3, column V7 is NaN")
    assert (refused.row, refused.column) == (3, "V7")
    assert not refused.worth_retrying


@pytest.mark.parametrize("said", ["<html>", "[1]", "", "7"])
def test_a_container_that_refuses_in_another_tongue_is_quoted(said):
    refused = raised(model_error(415, said), RowsRefused)
    assert refused.reason == said
    assert refused.row is None


@pytest.mark.parametrize(
    "error",
    [
        model_error(500, "broken"),
        model_error(503, "loading"),
        model_error(0, "timed out"),
        model_error(429, "busy"),
        refusal("ThrottlingException"),
        refusal("ModelNotReadyException", status=429),
        refusal("ServiceUnavailable", status=503),
        ReadTimeoutError(endpoint_url="http://e"),
    ],
)
def test_what_may_pass_is_worth_a_retry(error):
    assert raised(error, Unavailable).worth_retrying


def test_an_identity_without_the_right_is_told_so():
    raised(refusal("AccessDeniedException", status=403), AccessDenied)
