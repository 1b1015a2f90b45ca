"""The engine runs kernels of this Python, with no profile of whoever runs it."""

import threading
import time
from types import SimpleNamespace

import zmq
from ipykernel.iostream import IOPubThread, OutStream

from fakes.processes.patience import PATIENCE_SECONDS
from fakes.tiny.notebooks import statuses, text_of
from fakes.tiny.project import write_notebook
from pipeline.notebooks.notebook_engine import QUICK_END
from pipeline.notebooks.notebook_runner import NotebookRun, run_notebook

PATIENT_SECONDS = 0.5  # stands for the 10 s of ipykernel


def test_a_notebook_may_leave_early(run):
    executed = run("raise SystemExit(0)", "count")
    assert executed.record.status == "completed"
    assert statuses(executed) == ["completed", "completed", "pending"]


def test_the_profile_of_whoever_runs_it_changes_nothing(run, tmp_path):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("count = 1 / 0; surprise = 1")

    executed = run("'surprise' in dir()", environment={"IPYTHONDIR": str(tmp_path / "ipython")})

    assert "False" in text_of(executed)


def test_kernels_use_this_python_whatever_is_registered(run, tmp_path):
    kernel = tmp_path / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text('{"argv": ["/bin/false"], "display_name": "x"}')

    executed = run("1", environment={"JUPYTER_PATH": str(tmp_path / "jupyter")})

    assert executed.record.status == "completed"


def test_braces_in_a_path_are_no_placeholders(tmp_path):
    folder = tmp_path / "{odd}"
    folder.mkdir()
    notebook = write_notebook(folder, ["# T", "a = 1", "a"])
    assert run_notebook(NotebookRun(notebook, {"a": 2})).record.status == "completed"


def test_ipykernel_still_waits_for_a_thread_that_no_longer_works(monkeypatch, capfd):
    context = zmq.Context()
    thread = IOPubThread(context.socket(zmq.PUB))
    stopped, may_end = threading.Event(), threading.Event()
    # Held at its end: the loop has stopped, and the thread is not over yet.
    close = thread.io_loop.close

    def close_late(**options):
        stopped.set()
        may_end.wait(PATIENCE_SECONDS)
        close(**options)

    monkeypatch.setattr(thread.io_loop, "close", close_late)
    thread.start()
    thread.io_loop.add_callback(thread.io_loop.stop)
    assert stopped.wait(PATIENCE_SECONDS)
    stream = OutStream(SimpleNamespace(), thread, "stdout", watchfd=False)
    stream.flush_timeout = PATIENT_SECONDS
    began = time.monotonic()
    stream.flush()
    waited = time.monotonic() - began
    may_end.set()
    thread.thread.join(PATIENCE_SECONDS)
    thread.close()
    context.destroy()
    assert waited >= PATIENT_SECONDS, (
        "ipykernel no longer waits for a thread that has stopped: remove QUICK_END from "
        "pipeline.notebooks.notebook_engine"
    )


def test_the_time_that_is_cut_short_is_the_one_that_ipykernel_waits(monkeypatch):
    monkeypatch.setattr(OutStream, "flush_timeout", OutStream.flush_timeout)
    assert OutStream.flush_timeout > 1
    exec(QUICK_END)
    assert OutStream.flush_timeout < 1
