"""SageMaker server: each request gets a response in the protocol that it was sent in."""

import asyncio
import json

import pytest

from fakes.ports.settings import fake_settings
from local_aws.layout import Layout
from local_aws.options import Options
from local_aws.sagemaker.runtime import PAYLOAD_BYTES
from local_aws.sagemaker.server import SageMaker


@pytest.fixture
def app(tmp_path):
    return SageMaker(Layout(tmp_path), fake_settings(tmp_path), Options())


def send(app, method, path, *parts, target=None):
    """Send one request in `parts`; return status, headers and body of the response."""
    left, sent = list(parts or (b"",)), []

    async def receive():
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    async def respond(message):
        sent.append(message)

    headers = [(b"x-amz-target", f"SageMaker.{target}".encode())] if target else []
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    asyncio.run(app(scope, receive, respond))
    start, body = sent
    assert not left or method == "GET", "the request was not read to its end"
    return start["status"], dict(start["headers"]), body["body"]


def test_an_operation_is_answered_in_json_1_1(app):
    status, headers, body = send(app, "POST", "/", b"{", b"}", target="ListModels")
    assert (status, json.loads(body)) == (200, {"Models": []})
    assert headers[b"content-type"] == b"application/x-amz-json-1.1"
    assert headers[b"content-length"] == str(len(body)).encode()


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"{", "SerializationException"), (b"[]", "ValidationException")],
)
def test_a_body_that_is_no_json_object_is_refused(app, body, code):
    status, _, answer = send(app, "POST", "/", body, target="ListModels")
    assert status == 400
    assert json.loads(answer)["__type"] == code


def test_an_unknown_operation_names_the_known_ones(app):
    status, _, answer = send(app, "POST", "/", b"{}", target="CreateTrainingJob")
    assert status == 400
    assert "CreateEndpoint" in json.loads(answer)["message"]


def test_the_runtime_names_the_error_in_a_header(app):
    status, headers, answer = send(app, "POST", "/endpoints/nobody/invocations", b"1,2")
    assert (status, headers[b"x-amzn-errortype"]) == (400, b"ValidationError")
    assert "Endpoint nobody of account" in json.loads(answer)["Message"]


def test_a_body_that_is_too_large_is_read_to_its_end_and_refused(app):
    part = bytes(PAYLOAD_BYTES // 2)
    path = "/endpoints/nobody/invocations"
    assert send(app, "POST", path, part, part, b"1")[0] == 413


def test_any_other_path_is_not_found(app):
    status, _, answer = send(app, "GET", "/models")
    assert status == 404
    assert "nothing at GET /models" in json.loads(answer)["Message"]


def test_without_endpoints_the_status_lists_none(app):
    assert send(app, "GET", "/_ceap/endpoints")[2] == b"[]"
