"""Ministack server: a snapshot follows what may write, and a shutdown waits for it."""

import asyncio

import pytest

from fakes.ports.settings import fake_settings
from local_aws.layout import Layout
from local_aws.ministack_server import SNAPSHOT_PATH, environment, may_write, with_snapshots


async def nothing():
    return {"type": "http.request"}


def statuses(app, **scope):
    """Send one request to an ASGI application; return the status codes that it answers with."""
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(app({"type": "http", "headers": [], **scope}, nothing, send))
    return [message["status"] for message in sent if message["type"] == "http.response.start"]


@pytest.mark.parametrize(
    ("method", "target", "writes"),
    [
        ("GET", "", False),
        ("HEAD", "", False),
        ("PUT", "", True),
        ("POST", "", True),
        ("POST", "DynamoDB_20120810.BatchWriteItem", True),
        ("POST", "DynamoDB_20120810.Query", False),
        ("POST", "AmazonSSM.GetParametersByPath", False),
        ("POST", "AmazonSSM.PutParameter", True),
    ],
)
def test_requests_that_only_read_ask_for_no_snapshot(method, target, writes):
    scope = {"type": "http", "method": method, "headers": [(b"x-amz-target", target.encode())]}
    assert may_write(scope) == writes


def test_a_message_that_is_no_request_writes_nothing():
    assert not may_write({"type": "lifespan"})


def test_a_snapshot_is_taken_at_once_on_request(tmp_path):
    app = with_snapshots(None, lambda: (tmp_path / "saved").write_text("all"))
    assert statuses(app, method="POST", path=SNAPSHOT_PATH) == [204]
    assert (tmp_path / "saved").read_text() == "all"


def test_a_snapshot_that_fails_is_answered_with_an_error():
    def fail():
        raise OSError

    app = with_snapshots(None, fail)
    assert statuses(app, method="POST", path=SNAPSHOT_PATH) == [500]


def test_every_other_request_goes_to_ministack():
    paths = []

    async def ministack(scope, receive, send):
        paths.append(scope["path"])
        await send({"type": "http.response.start", "status": 418})

    app = with_snapshots(ministack, lambda: None)
    assert statuses(app, method="PUT", path="/bucket/key") == [418]
    assert paths == ["/bucket/key"]


def test_ministack_keeps_everything_under_the_state_directory_and_off_other_interfaces(tmp_path):
    layout = Layout(tmp_path)
    variables = environment(fake_settings(tmp_path), layout, port=4566)
    assert variables["BIND_HOST"] == "127.0.0.1"
    assert variables["GATEWAY_PORT"] == "4566"
    folders = [variables["STATE_DIR"], variables["S3_DATA_DIR"]]
    assert all(folder.startswith(str(layout.ministack)) for folder in folders)
