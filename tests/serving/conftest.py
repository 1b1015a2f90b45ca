"""A model small enough to check by hand, and a server that serves it on a free port."""

import http.client
import json
import threading
import time
from contextlib import contextmanager

import numpy as np
import orjson
import pytest
import uvicorn

from fakes.processes.patience import PATIENCE_SECONDS
from fraud.data.roles import NO_ROLES
from serving.__main__ import listen
from serving.app import create_app


class SmallModel:
    """Scores a row by the sigmoid of its sum."""

    algorithm = "small"
    categories, may_miss, roles = {}, (), NO_ROLES

    def __init__(self, columns=("V1", "V2", "Amount"), *, wait=None):
        self.columns, self._wait = tuple(columns), wait or (lambda: None)

    def scores(self, rows):
        self._wait()
        return 1 / (1 + np.exp(-rows.sum(axis=1)))


@pytest.fixture
def small_model():
    return SmallModel()


@pytest.fixture
def model_dir(tmp_path, small_model):
    """A folder that `SmallModel` proves itself against."""
    rows = [[0.0, 0.0, 0.0], [1.0, -2.0, 0.5]]
    golden = {"rows": rows, "scores": small_model.scores(np.array(rows)).tolist()}
    metadata = {"format": 1, "columns": small_model.columns, "golden": golden}
    (tmp_path / "metadata.json").write_text(json.dumps(metadata))
    (tmp_path / "model.json").write_text(json.dumps({"algorithm": "small"}))
    return tmp_path


class Caller:
    """A client of one server, over one connection that is kept alive."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)

    def again(self):
        """Open one more connection."""
        return calling(self.connection.port)

    def ping(self):
        return self.call("GET", "/ping")

    def answer(self, body, accept, content_type="text/csv"):
        """Return content type, custom attributes and bytes of the answer to one request."""
        headers = {"Content-Type": content_type, "Accept": accept}
        self.connection.request("POST", "/invocations", body, headers)
        response = self.connection.getresponse()
        attributes = response.headers["X-Amzn-SageMaker-Custom-Attributes"]
        return response.headers["Content-Type"].partition(";")[0], attributes, response.read()

    def score(self, body, content_type="text/csv", **options):
        return self.call("POST", "/invocations", body, {"Content-Type": content_type}, **options)

    def call(self, method, path, body=None, headers=None, **options):
        self.connection.request(method, path, body, headers or {}, **options)
        response = self.connection.getresponse()
        return response.status, orjson.loads(response.read())

    def when_loaded(self):
        """Wait until the model is proved or broken, as the platform does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            status, answer = self.ping()
            if answer.get("error") != "The model is loading.":
                return status, answer
            time.sleep(0.01)
        raise AssertionError(answer)


@contextmanager
def calling(port):
    client = Caller(port)
    try:
        yield client
    finally:
        client.connection.close()


@pytest.fixture
def caller():
    return calling


@contextmanager
def opened(folder, model):
    listener = listen("127.0.0.1", 0)
    app = create_app(folder, from_files=lambda files: model)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with calling(listener.getsockname()[1]) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
        listener.close()


@pytest.fixture
def open_server():
    return opened


@pytest.fixture
def client(model_dir, small_model):
    with opened(model_dir, small_model) as client:
        client.when_loaded()
        yield client
