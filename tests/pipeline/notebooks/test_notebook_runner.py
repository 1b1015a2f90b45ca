"""The runner, over real kernels. Each notebook costs about a second."""

import threading

import pytest

from fakes.processes.imports import loaded_with
from fakes.processes.patience import PATIENCE_SECONDS
from fakes.tiny.notebooks import opened, papermill_statuses, statuses, text_of
from foundation.errors import InvalidParams
from pipeline.notebooks.events import CellFinished, CellStarted, KernelStarted, NotebookEvent
from pipeline.notebooks.notebook_runner import UNNEEDED, ExecutedNotebook
from pipeline.notebooks.run_record import RunRecord

KILL = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"


def test_a_notebook_runs_with_its_parameters_and_keeps_its_outputs(run):
    executed = run("print(count * 2, name)", "count + 1", parameters={"count": 20, "name": 'a"b'})

    assert executed.record.status == "completed"
    assert executed.record.failure is None
    assert statuses(executed) == ["completed"] * 4
    cells = opened(executed).cells
    assert cells[3].outputs[0].text == '40 a"b\n'
    assert cells[4].outputs[0].data["text/plain"] == "21"


def test_the_record_measures_cells_kernel_and_memory(run):
    executed = run("import time; time.sleep(0.3)", "big = bytearray(100 * 2**20)")
    record = executed.record

    assert record.cells[1].seconds == pytest.approx(0.3, abs=0.29)
    assert record.cells[1].seconds >= 0.3
    assert record.memory_peak_mb > 100
    assert 0 < record.kernel_start_seconds < record.seconds


def test_events_tell_each_cell_as_it_happens(run):
    seen: list[NotebookEvent] = []
    records: list[RunRecord] = []

    def on_event(event: NotebookEvent, record: RunRecord) -> None:
        seen.append(event)
        records.append(record)

    run("# Look\ncount", on_event=on_event)

    kinds = [type(event) for event in seen]
    assert kinds[1:] == [KernelStarted] + [CellStarted, CellFinished] * 2
    assert seen[-1].title == "Look"
    assert records[-2].cells[1].status == "running"


def test_an_error_names_its_cell_and_the_cells_after_it_stay_pending(run):
    executed = run("count", "raise ValueError('row 7 is bad')", "count")
    failure = executed.record.failure

    assert executed.record.status == "failed"
    assert (failure.cause, failure.error, failure.message, failure.cell) == (
        "error", "ValueError", "row 7 is bad", 3,
    )  # fmt: skip
    assert statuses(executed) == ["completed", "completed", "failed", "pending"]
    assert papermill_statuses(executed) == statuses(executed)


def test_our_own_refusals_keep_their_name_and_message(run):
    executed = run("from foundation.errors import GateFailed\nraise GateFailed('recall is 0.1')")
    assert executed.record.failure.error == "GateFailed"
    assert executed.record.failure.message == "recall is 0.1"


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"cuont": 2}, r"did you mean count\?"),
        ({"count": "two"}, "'two' is str"),
    ],
)
def test_a_wrong_parameter_is_refused_before_a_kernel_starts(run, parameters, reason):
    seen: list[NotebookEvent] = []
    with pytest.raises(InvalidParams, match=reason):
        run("count", parameters=parameters, on_event=lambda event, record: seen.append(event))
    assert seen == []


def test_secrets_of_the_environment_reach_neither_record_nor_notebook(run):
    secret = "s3cr3t\nvalue"
    code = "import os\nkey = os.environ['PAYMENT_API_KEY']\nprint(key)\ndisplay({'key': key})"

    executed = run(
        code,
        "raise ValueError(key)",
        environment={"PAYMENT_API_KEY": secret},
        parameters={"name": secret},
    )

    for document in (executed.record.to_json().decode(), text_of(executed)):
        assert "s3cr3t" not in document
        assert "[hidden]" in document


def test_a_notebook_run_from_a_thread_ends_as_well(run):
    ended: list[ExecutedNotebook] = []
    thread = threading.Thread(target=lambda: ended.append(run("count")))
    thread.start()
    thread.join(PATIENCE_SECONDS)
    assert ended[0].record.status == "completed"


def test_importing_the_runner_loads_neither_papermill_nor_boto3():
    import subprocess
    import sys

    code = (
        "import sys, pipeline.runs.run\n"
        "print([m for m in ('papermill', 'nbclient', 'boto3', 'zmq') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "[]", answer.stderr


def test_what_is_hidden_from_papermill_it_would_import():
    not_imported = set(UNNEEDED) - loaded_with("import papermill.execute, nbformat", UNNEEDED)
    assert not not_imported, (
        f"Papermill no longer imports {not_imported}: remove them from "
        "pipeline.notebooks.notebook_runner, UNNEEDED"
    )
