"""The runner, over real kernels. Each notebook costs about a second."""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from fakes.tiny.project import write_notebook
from foundation.errors import InvalidParams
from pipeline.events import CellFinished, CellStarted, KernelStarted, NotebookEvent
from pipeline.kernel_watch import Limits
from pipeline.notebook_runner import ExecutedNotebook, NotebookRun, run_notebook
from pipeline.run_record import RunRecord

PARAMETERS = "count = 1\nname = 'x'"
KILL = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"


@pytest.fixture
def run(tmp_path: Path):
    """Run a notebook of the given cells, after its title and parameters."""

    def run_cells(*cells: str, on_event=None, parameters=None, **more: Any) -> ExecutedNotebook:
        notebook = write_notebook(tmp_path, ["# Title", PARAMETERS, *cells])
        asked = NotebookRun(notebook, parameters or {}, **more)
        return run_notebook(asked, on_event) if on_event else run_notebook(asked)

    return run_cells


def statuses(executed: ExecutedNotebook) -> list[str]:
    return [cell.status for cell in executed.record.cells]


def opened(executed: ExecutedNotebook) -> Any:
    notebook = nbformat.reads(executed.content.decode(), as_version=4)
    nbformat.validate(notebook)
    return notebook


def papermill_statuses(executed: ExecutedNotebook) -> list[str]:
    cells = [cell for cell in opened(executed).cells if cell.cell_type == "code"]
    return [cell.metadata.papermill["status"] for cell in cells]


def text_of(executed: ExecutedNotebook) -> str:
    return executed.content.decode()


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


def test_the_notebook_of_a_failure_says_so_at_the_top_and_keeps_the_traceback(run):
    executed = run("def deep():\n    1 / 0", "deep()")
    cells = opened(executed).cells

    assert "This notebook failed in [In [3]]" in cells[0].source
    assert "ZeroDivisionError" in cells[0].source
    failed = next(cell for cell in cells if cell.get("execution_count") == 3)
    assert "deep" in "".join(failed.outputs[0].traceback)
    assert opened(executed).metadata.papermill["exception"] is True


def test_our_own_refusals_keep_their_name_and_message(run):
    executed = run("from foundation.errors import GateFailed\nraise GateFailed('recall is 0.1')")
    assert executed.record.failure.error == "GateFailed"
    assert executed.record.failure.message == "recall is 0.1"


def test_a_killed_kernel_is_a_signal_in_its_cell(run):
    executed = run("count", KILL, "count")
    failure = executed.record.failure

    assert (failure.cause, failure.signal, failure.cell) == ("signal", signal.SIGKILL, 3)
    assert "SIGKILL" in failure.message
    assert statuses(executed) == ["completed", "completed", "failed", "pending"]
    assert papermill_statuses(executed) == statuses(executed)
    assert "KernelKilled" in opened(executed).cells[0].source


def test_a_crash_in_native_code_leaves_its_log_in_the_cell(run):
    executed = run("import faulthandler; faulthandler._sigsegv()")
    assert executed.record.failure.signal == signal.SIGSEGV
    assert "Segmentation fault" in text_of(executed)


def test_a_kernel_that_ends_itself_is_an_exit(run):
    executed = run("import os; os._exit(3)", "count")
    assert executed.record.failure.cause == "exit"
    assert "status 3" in executed.record.failure.message


def test_a_notebook_may_leave_early(run):
    executed = run("raise SystemExit(0)", "count")
    assert executed.record.status == "completed"
    assert statuses(executed) == ["completed", "completed", "pending"]


def test_a_kernel_that_dies_while_it_starts_is_told_from_a_failed_cell(run, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(KILL)

    executed = run("count", environment={"PYTHONPATH": str(tmp_path / "site")})

    assert executed.record.failure.cause == "signal"
    assert executed.record.failure.cell is None
    assert statuses(executed) == ["pending", "pending"]
    assert "This notebook failed" in opened(executed).cells[0].source


def test_a_timeout_ends_the_whole_notebook_and_lets_it_clean_up(run, tmp_path):
    left = tmp_path / "cleaned"
    code = f"import time\ntry:\n    time.sleep(60)\nfinally:\n    open({str(left)!r}, 'w')"

    executed = run(code, "count", limits=Limits(timeout_seconds=3))

    assert executed.record.failure.cause == "timeout"
    assert "longer than its 3 s" in executed.record.failure.message
    assert statuses(executed) == ["completed", "failed", "pending"]
    assert executed.record.seconds < 30
    assert left.exists()


def test_a_timeout_kills_a_kernel_that_does_not_listen_and_its_children(run, tmp_path):
    pids = tmp_path / "pids"
    code = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
        " start_new_session=True)\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(60)"
    )

    executed = run(code, limits=Limits(timeout_seconds=4, grace_seconds=0.5))

    assert executed.record.failure.cause == "timeout"
    for pid in map(int, pids.read_text().split()):
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie"


def test_memory_over_the_limit_is_out_of_memory(run):
    code = "import time\nblocks = []\nwhile True:\n    blocks.append(bytearray(20 * 2**20))\n"
    executed = run(code + "    time.sleep(0.05)", limits=Limits(memory_limit_mb=400))
    record = executed.record

    assert record.failure.cause == "out_of_memory"
    assert "more than its 400 MB" in record.failure.message
    assert record.memory_peak_mb > 400
    assert statuses(executed) == ["completed", "failed"]


def test_a_memory_error_is_out_of_memory(run):
    executed = run("raise MemoryError('no room')")
    assert executed.record.failure.cause == "out_of_memory"


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


def test_ctrl_c_interrupts_the_cell_and_the_record_says_so(run):
    def press_ctrl_c(event: NotebookEvent, record: RunRecord) -> None:
        if isinstance(event, CellStarted) and event.number == 2:
            threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()

    executed = run("import time; time.sleep(60)", "count", on_event=press_ctrl_c)

    assert executed.record.status == "interrupted"
    assert executed.record.failure.cause == "interrupted"
    assert statuses(executed) == ["completed", "interrupted", "pending"]


def test_an_error_of_the_watcher_leaves_no_kernel_behind(run, tmp_path):
    pid = tmp_path / "pid"

    def fail(event: NotebookEvent, record: RunRecord) -> None:
        if isinstance(event, CellFinished) and event.number == 2:
            raise ConnectionError

    code = f"import os\nopen({str(pid)!r}, 'w').write(str(os.getpid()))"
    with pytest.raises(ConnectionError):
        run(code, "import time; time.sleep(60)", on_event=fail)

    assert not psutil.pid_exists(int(pid.read_text()))


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
    thread.join(60)
    assert ended[0].record.status == "completed"


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


def test_much_output_is_kept_whole(run):
    executed = run("for i in range(20_000): print(i)")
    assert executed.record.status == "completed"
    assert opened(executed).cells[-1].outputs[0].text.endswith("19999\n")


def test_importing_the_runner_loads_neither_papermill_nor_boto3():
    import subprocess
    import sys

    code = (
        "import sys, pipeline.run\n"
        "print([m for m in ('papermill', 'nbclient', 'boto3', 'zmq') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "[]", answer.stderr
