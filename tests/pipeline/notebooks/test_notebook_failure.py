"""The cause of a failure is named, whether a kernel dies, hangs or grows. Each costs a second."""

import os
import signal
import threading

import psutil
import pytest

from fakes.tiny.notebooks import opened, papermill_statuses, statuses, text_of
from pipeline.notebooks.events import CellFinished, CellStarted, NotebookEvent
from pipeline.notebooks.kernel_watch import Limits
from pipeline.notebooks.run_record import RunRecord

KILL = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"


def test_a_killed_kernel_is_a_signal_in_its_cell(run):
    executed = run("count", KILL, "count")
    failure = executed.record.failure

    assert (failure.cause, failure.signal, failure.cell) == ("signal", signal.SIGKILL, 3)
    assert "SIGKILL" in failure.message
    assert statuses(executed) == ["completed", "completed", "failed", "pending"]
    assert papermill_statuses(executed) == statuses(executed)
    assert "KernelKilled" in opened(executed).cells[0].source


def test_a_crash_in_native_code_is_named(run):
    executed = run("import faulthandler; faulthandler._sigsegv()")
    assert executed.record.failure.signal == signal.SIGSEGV
    assert "SIGSEGV" in text_of(executed)


def test_a_kernel_that_ends_itself_is_an_exit(run):
    executed = run("import os; os._exit(3)", "count")
    assert executed.record.failure.cause == "exit"
    assert "status 3" in executed.record.failure.message


def test_a_kernel_that_dies_while_it_starts_is_told_from_a_failed_cell(run, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(KILL)

    executed = run("count", environment={"PYTHONPATH": str(tmp_path / "site")})

    assert executed.record.failure.cause == "signal"
    assert executed.record.failure.cell is None
    assert statuses(executed) == ["pending", "pending"]
    assert "This notebook failed" in opened(executed).cells[0].source


def test_a_kernel_that_cannot_start_says_why(run, tmp_path):
    (tmp_path / "ipykernel_launcher.py").write_text("raise ImportError('no kernel today')")
    executed = run("count", environment={"PYTHONPATH": str(tmp_path)})
    assert executed.record.failure.cause == "exit"
    assert "ImportError: no kernel today" in executed.record.failure.message


def test_a_timeout_ends_the_whole_notebook_and_lets_it_clean_up(run, tmp_path, short_limit):
    left = tmp_path / "cleaned"
    code = f"import time\ntry:\n    time.sleep(3600)\nfinally:\n    open({str(left)!r}, 'w')"

    executed = run(code, "count", limits=Limits(timeout_seconds=short_limit))

    assert executed.record.failure.cause == "timeout"
    assert f"longer than its {short_limit} s" in executed.record.failure.message
    assert statuses(executed) == ["completed", "failed", "pending"]
    assert left.exists()


def test_a_timeout_kills_a_kernel_that_does_not_listen_and_its_children(run, tmp_path, short_limit):
    pids = tmp_path / "pids"
    code = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'],"
        " start_new_session=True)\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(3600)"
    )

    executed = run(code, limits=Limits(timeout_seconds=short_limit, grace_seconds=0.5))

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


def test_ctrl_c_interrupts_the_cell_and_the_record_says_so(run):
    def press_ctrl_c(event: NotebookEvent, record: RunRecord) -> None:
        if isinstance(event, CellStarted) and event.number == 2:
            threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()

    executed = run("import time; time.sleep(3600)", "count", on_event=press_ctrl_c)

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
        run(code, "import time; time.sleep(3600)", on_event=fail)

    assert not psutil.pid_exists(int(pid.read_text()))
