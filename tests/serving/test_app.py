import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.processes.patience import PATIENCE_SECONDS
from foundation.digests import digest_of_files
from serving.payload import LARGEST_BODY, PARSERS


def digest_of_folder(folder):
    return digest_of_files({path.name: path.read_bytes() for path in folder.iterdir()})


def test_ping_says_which_model_is_served(client, model_dir):
    assert client.ping() == (200, {"model_digest": digest_of_folder(model_dir)})


BODIES = {
    "text/csv": b"Amount,V1,V2\n0.5,1,-2\n0,0,0\n",
    "application/json": b'[{"V1":1,"V2":-2,"Amount":0.5},{"V1":0,"V2":0,"Amount":0}]',
    "application/jsonlines": b'{"V1":1,"V2":-2,"Amount":0.5}\n{"V1":0,"V2":0,"Amount":0}\n',
}


@pytest.mark.parametrize("content_type", BODIES)
def test_every_content_type_gives_the_model_s_own_scores(
    client, model_dir, small_model, content_type
):
    status, answer = client.score(BODIES[content_type], content_type)
    expected = small_model.scores(np.array([[1, -2, 0.5], [0, 0, 0]]))
    assert status == 200
    assert answer == {"model_digest": digest_of_folder(model_dir), "scores": expected.tolist()}


def test_an_answer_has_the_format_of_the_accept_and_always_names_the_model(client, model_dir):
    digest = digest_of_folder(model_dir)
    _, answer = client.score(BODIES["text/csv"])
    written = {
        "text/csv": b"".join(f"{score!r}\n".encode() for score in answer["scores"]),
        "application/jsonlines": b"".join(
            b'{"score":%s}\n' % repr(score).encode() for score in answer["scores"]
        ),
        "application/json": orjson.dumps({"model_digest": digest, "scores": answer["scores"]}),
    }
    for accept, body in written.items():
        found = client.answer(BODIES["text/csv"], f"image/png, {accept};q=0.5")
        assert found == (accept, f"model_digest={digest}", body)


def test_an_accept_of_nothing_we_write_is_406_before_the_body_is_read(client):
    headers = {"Content-Type": "text/csv", "Accept": "image/png"}
    status, answer = client.call("POST", "/invocations", b"not,even,rows", headers)
    assert status == 406
    assert "'image/png'" in answer["error"]


def test_a_rejection_is_json_whatever_the_accept(client):
    headers = {"Content-Type": "text/csv", "Accept": "text/csv"}
    status, answer = client.call("POST", "/invocations", b"1,oops,3\n", headers)
    assert (status, answer["column"]) == (400, "V2")


def test_a_rejection_names_row_and_column(client):
    status, answer = client.score(b"V1,V2,Amount\n1,2,3\n1,oops,3\n")
    assert status == 400
    assert (answer["row"], answer["column"]) == (2, "V2")
    assert "'oops'" in answer["error"]


def test_a_rejection_without_a_place_names_none(client):
    status, answer = client.score(b"", "text/csv")
    assert status == 400
    assert answer.keys() == {"error"}


def test_what_is_no_content_type_of_ours_is_415(client):
    assert client.score(b"1,2,3", "image/png")[0] == 415


@pytest.mark.parametrize("announced", [True, False], ids=["content-length", "chunked"])
def test_a_body_over_6_mb_is_413_and_the_connection_lives_on(client, announced):
    body = b"1,2,3\n" * (LARGEST_BODY // 6 + 1)
    sent = body if announced else (body[at : at + 65_536] for at in range(0, len(body), 65_536))
    status, answer = client.score(sent, encode_chunked=not announced)
    assert status == 413
    assert "6 MB" in answer["error"]
    assert client.ping()[0] == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "/invocations"), ("GET", "/"), ("PUT", "/x")])
def test_another_path_or_method_is_told_what_there_is(client, method, path):
    status, answer = client.call(method, path)
    assert status in (404, 405)
    assert "POST /invocations" in answer["error"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=100), content_type=st.sampled_from([*PARSERS, "x/y", ""]))
def test_no_bytes_at_all_are_answered_with_500(client, body, content_type):
    status, answer = client.score(body, content_type)
    assert status == 200 or 400 <= status < 500
    assert "scores" in answer or "error" in answer


def test_values_that_overflow_the_model_are_refused_by_row(model_dir, open_server, small_model):
    class Overflowing(type(small_model)):
        def scores(self, rows):
            return np.where(rows[:, 0] > 1e20, np.nan, super().scores(rows))

    with open_server(model_dir, Overflowing()) as client:
        client.when_loaded()
        status, answer = client.score(b"1,2,3\n1e25,2,3\n")
    assert status == 400
    assert answer["row"] == 2


def test_a_model_that_breaks_is_500_with_the_reason(model_dir, open_server, small_model):
    class Breaking(type(small_model)):
        def scores(self, rows):
            if rows[0, 0] == 7:
                message = "the model broke"
                raise RuntimeError(message)
            return super().scores(rows)

    with open_server(model_dir, Breaking()) as client:
        client.when_loaded()
        status, answer = client.score(b"7,2,3\n")
        assert status == 500
        assert "the model broke" in answer["error"]
        assert client.score(b"1,2,3\n")[0] == 200


def damaged(folder, **changes):
    metadata = json.loads((folder / "metadata.json").read_text())
    (folder / "metadata.json").write_text(json.dumps({**metadata, **changes}))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda d: damaged(d, golden={"rows": [[0, 0, 0]], "scores": [0.6]}), "golden rows"),
        (lambda d: damaged(d, golden={"rows": [], "scores": []}), "golden rows"),
        (lambda d: damaged(d, columns=["V2", "V1", "Amount"]), "columns of the model"),
        (lambda d: damaged(d, golden=None), "TypeError"),
        (lambda d: (d / "metadata.json").unlink(), "metadata.json"),
        (lambda d: (d / "model.json").unlink(), "model.json"),
        (lambda d: (d / "metadata.json").write_text("{"), "JSONDecodeError"),
    ],
)
def test_a_model_that_is_not_itself_is_never_healthy(
    model_dir, open_server, small_model, damage, says
):
    damage(model_dir)
    with open_server(model_dir, small_model) as client:
        status, answer = client.when_loaded()
        assert status == 503
        assert says in answer["error"]
        assert client.score(b"1,2,3") == (status, answer)


def test_ping_answers_while_every_thread_scores(model_dir, open_server, small_model):
    proved, go_on, asked = threading.Event(), threading.Event(), threading.Semaphore(0)

    def wait():
        asked.release()
        assert not proved.is_set() or go_on.wait(PATIENCE_SECONDS)

    def score(client):
        with client.again() as another:
            return another.score(b"1,2,3")[0]

    busy = os.cpu_count() or 1
    with (
        open_server(model_dir, type(small_model)(wait=wait)) as client,
        ThreadPoolExecutor(busy) as clients,
    ):
        assert client.when_loaded()[0] == 200
        assert asked.acquire(timeout=PATIENCE_SECONDS)  # that was the proof of the golden rows
        proved.set()
        answers = [clients.submit(score, client) for _ in range(busy)]
        assert all(asked.acquire(timeout=PATIENCE_SECONDS) for _ in range(busy))
        assert client.ping()[0] == 200
        assert not any(answer.done() for answer in answers)
        go_on.set()
        assert [answer.result(PATIENCE_SECONDS) for answer in answers] == [200] * busy


def test_ping_says_that_a_model_is_still_loading(model_dir, open_server, small_model):
    go_on = threading.Event()
    with open_server(
        model_dir, type(small_model)(wait=lambda: go_on.wait(PATIENCE_SECONDS))
    ) as client:
        assert client.ping() == (503, {"error": "The model is loading."})
        assert client.score(b"1,2,3")[0] == 503
        go_on.set()
        assert client.when_loaded()[0] == 200


def test_a_client_that_hangs_up_half_way_harms_nobody(client):
    with client.again() as another:
        hanging = another.connection
        hanging.putrequest("POST", "/invocations")
        hanging.putheader("Content-Type", "text/csv")
        hanging.putheader("Content-Length", "1000")
        hanging.endheaders(b"1,2,")
    assert client.score(b"1,2,3")[0] == 200


def test_scores_survive_json_to_the_last_bit(client, small_model):
    rows = np.random.default_rng(1).normal(size=(500, 3))
    body = orjson.dumps({"columns": ["V1", "V2", "Amount"], "data": rows.tolist()})
    _, answer = client.score(body, "application/json")
    assert np.array(answer["scores"]).tobytes() == small_model.scores(rows).tobytes()
