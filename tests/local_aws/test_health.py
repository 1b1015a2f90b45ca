"""Health: a daemon that does not answer, or answers with an error, is not healthy."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from local_aws.health import PATHS, endpoints, is_answering, send_request
from local_aws.layout import Layout
from local_aws.report import EndpointReport

ENDPOINT = {
    "name": "prod", "status": "InService", "config": "c", "model_data": "s3://models/m.tar.gz",
    "url": "http://127.0.0.1:2", "pid": 7, "restarts": 0, "failure": None,
}  # fmt: skip


@contextmanager
def answering(status, body=b""):
    """A server that answers every request alike, and keeps the requests."""
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append((self.command, self.path))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_):
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", requests
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("daemon", PATHS)
@pytest.mark.parametrize(("status", "is_healthy"), [(200, True), (500, False), (404, False)])
def test_a_daemon_is_healthy_when_its_health_path_is_found(daemon, status, is_healthy):
    with answering(status) as (url, requests):
        assert is_answering(daemon, url) is is_healthy
    assert requests == [("GET", PATHS[daemon])]


def test_a_daemon_that_is_gone_answers_nothing():
    assert not is_answering("ministack", "http://127.0.0.1:1")


def test_a_reply_that_is_not_http_is_an_error_of_the_system():
    with answering(200) as (url, _), pytest.raises(OSError, match=r"refused|Connection"):
        send_request(url.replace("127.0.0.1", "127.0.0.1:1/#"), "GET", "/")


def test_endpoints_are_reported_with_their_logs(tmp_path):
    layout = Layout(tmp_path)
    with answering(200, json.dumps([ENDPOINT]).encode()) as (url, _):
        assert endpoints(url, layout) == (
            EndpointReport(**ENDPOINT, log=Path(layout.sagemaker / "logs" / "prod.log")),
        )


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:1"])
def test_without_a_daemon_there_are_no_endpoints(tmp_path, url):
    assert endpoints(url, Layout(tmp_path)) == ()
