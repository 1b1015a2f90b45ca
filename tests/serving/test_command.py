"""`python -m serving` as the platform runs it: a process of its own, with a real model."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import orjson
import pytest

from fakes.data.labelled_rows import ROLES
from fakes.processes.patience import PATIENCE_SECONDS
from fraud.algorithms import ALGORITHMS
from fraud.algorithms.blend import blended
from fraud.data.labelled_rows import LabelledRows
from fraud.model.fraud_model import fit
from serving.__main__ import parse
from serving.served_model import load_served_model

COLUMNS = ("V1", "V2", "Amount", "Time")
ROWS = np.abs(np.random.default_rng(2).normal(size=(50, 4)))
SMALL = {
    "xgboost": {"n_estimators": 5},
    "lightgbm": {"n_estimators": 5},
    "random_forest": {"n_estimators": 10},
    "neural_network": {"max_epochs": 2},
    "logistic_regression": {},
}
SMALL["blend"] = blended(SMALL)


def small_model(algorithm):
    rows = np.random.default_rng(1).normal(size=(400, 4))
    data = LabelledRows(COLUMNS, rows, (rows[:, 0] > 0.5).astype(np.int8), roles=ROLES)
    return fit(algorithm, SMALL[algorithm], data, data, seed=0)


def write_model(folder, model):
    golden = {"rows": ROWS[:3].tolist(), "scores": model.scores(ROWS[:3]).tolist()}
    metadata = {"format": 1, "columns": COLUMNS, "golden": golden}
    for name, content in {**model.to_files(), "metadata.json": orjson.dumps(metadata)}.items():
        (folder / name).write_bytes(content)


@pytest.fixture(scope="module")
def xgboost_model():
    return small_model("xgboost")


@pytest.fixture
def folder(tmp_path, xgboost_model):
    write_model(tmp_path, xgboost_model)
    return tmp_path


@contextmanager
def served(folder):
    command = [sys.executable, "-m", "serving", "--model-dir", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        first = process.stderr.readline()
        yield process, int(re.search(r"listening: http://127\.0\.0\.1:(\d+)", first)[1])
    finally:
        process.kill()
        process.communicate()


def test_a_model_is_served_until_it_is_told_to_stop(folder, xgboost_model, caller):
    with served(folder) as (process, port), caller(port) as client:
        assert client.when_loaded()[0] == 200
        body = orjson.dumps({"columns": COLUMNS, "data": ROWS.tolist()})
        status, answer = client.score(body, "application/json")
        assert status == 200
        assert answer["scores"] == xgboost_model.scores(ROWS).tolist()

        process.terminate()
        _, log = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode in (0, -signal.SIGTERM)
        assert [line.partition(":")[0] for line in log.splitlines()] == ["ready"]


def test_a_request_that_has_begun_is_answered_before_the_end(folder, caller):
    body = b"1,2,3,4\n"
    with served(folder) as (process, port), caller(port) as client:
        client.when_loaded()
        connection = client.connection
        connection.putrequest("POST", "/invocations")
        connection.putheader("Content-Type", "text/csv")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body[:3])
        process.terminate()
        wait_until_refused(port)

        connection.send(body[3:])
        assert connection.getresponse().status == 200
        process.communicate(timeout=PATIENCE_SECONDS)


def wait_until_refused(port):
    """Wait until no new connection is taken: the end has begun."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS).close()
        except OSError:
            return
        time.sleep(0.01)
    raise AssertionError(port)


def test_a_broken_model_says_why_and_ends(folder, caller):
    metadata = json.loads((folder / "metadata.json").read_text())
    metadata["golden"]["scores"][0] += 1e-6
    (folder / "metadata.json").write_text(json.dumps(metadata))

    with served(folder) as (process, port), caller(port) as client:
        status, answer = client.when_loaded()
        assert status == 503
        assert "golden rows" in answer["error"]
        _, log = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 1
        assert "golden rows" in log
        assert "Traceback" not in log


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_is_served_as_it_was_trained(algorithm, tmp_path):
    model = small_model(algorithm)
    write_model(tmp_path, model)
    found = load_served_model(tmp_path).model
    assert found.algorithm == algorithm
    np.testing.assert_allclose(found.scores(ROWS), model.scores(ROWS), rtol=1e-12)


OTHERS = {"sklearn", "pandas", "torch", "lightgbm", "mlflow", "boto3", "matplotlib"}


def test_serving_xgboost_imports_nothing_else_that_is_slow(folder):
    source = (
        "import sys, pathlib; from serving.served_model import load_served_model; "
        "import serving.app; load_served_model(pathlib.Path(sys.argv[1])); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    command = [sys.executable, "-c", source, str(folder)]
    imported = set(
        subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    )
    assert "xgboost" in imported
    assert imported & OTHERS == set()


def test_the_containers_command_is_sagemakers():
    options = parse(["serve"])
    assert (options.host, options.port) == ("0.0.0.0", 8080)
    assert options.model_dir == Path("/opt/ml/model")


@pytest.mark.parametrize("arguments", [[], ["--model-dir", "x"], ["--port", "1"], ["train"]])
def test_an_incomplete_command_says_what_it_needs(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        parse(arguments)
    assert caught.value.code == 2
    assert "serve" in capsys.readouterr().err
