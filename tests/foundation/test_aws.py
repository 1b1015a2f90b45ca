"""AWS: errors of botocore become those of this project, and local clients stay on this machine."""

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from fakes.ports.settings import fake_settings
from foundation.aws import aws_errors, client, error_code
from foundation.errors import (
    AccessDenied,
    AlreadyExists,
    FraudDetectionError,
    NotFound,
    ServiceRefused,
    Unavailable,
)


def response(code: str, status: int = 400) -> ClientError:
    answer = {
        "Error": {"Code": code, "Message": "because"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "GetObject")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("NoSuchKey", 404, NotFound),
        ("ParameterNotFound", 400, NotFound),
        ("PreconditionFailed", 412, AlreadyExists),
        ("AccessDenied", 403, AccessDenied),
        ("ExpiredToken", 400, AccessDenied),
        ("SlowDown", 503, Unavailable),
        ("ThrottlingException", 400, Unavailable),
        ("SomethingNew", 500, Unavailable),
        ("SomethingNew", 400, ServiceRefused),
    ],
)
def test_an_error_code_of_aws_has_one_error_of_ours(
    code: str, status: int, kind: type[FraudDetectionError]
) -> None:
    with pytest.raises(FraudDetectionError) as failed, aws_errors("Reading it"):
        raise response(code, status)
    assert type(failed.value) is kind
    assert str(failed.value) == f"Reading it failed: {code}: because"
    assert error_code(failed.value) == code


def test_a_service_that_cannot_be_reached_is_worth_a_retry() -> None:
    with pytest.raises(Unavailable, match="Is AWS reachable") as failed, aws_errors("Reading it"):
        raise ConnectTimeoutError(endpoint_url="http://127.0.0.1:1")
    assert failed.value.worth_retrying
    assert error_code(failed.value) is None


def test_errors_of_our_own_pass_unchanged() -> None:
    ours = NotFound("it is missing")
    with pytest.raises(NotFound) as failed, aws_errors("Reading it"):
        raise ours
    assert failed.value is ours


def test_a_local_client_never_uses_the_credentials_of_the_developer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    address = {"aws_endpoint_url": "http://127.0.0.1:1"}
    s3 = client("s3", fake_settings().model_copy(update=address))
    assert s3._request_signer._credentials.access_key == "local"
    assert s3.meta.endpoint_url == "http://127.0.0.1:1"


def test_sagemaker_has_an_address_of_its_own() -> None:
    addresses = {
        "aws_endpoint_url": "http://127.0.0.1:1",
        "sagemaker_endpoint_url": "http://127.0.0.1:2",
    }
    settings = fake_settings().model_copy(update=addresses)
    assert client("sagemaker-runtime", settings).meta.endpoint_url == "http://127.0.0.1:2"
