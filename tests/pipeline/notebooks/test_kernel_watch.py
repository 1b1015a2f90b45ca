"""A process past its limits is stopped with all it started."""

import subprocess
import sys
import time

import psutil
import pytest

from fakes.processes.patience import PATIENCE_SECONDS, wait_until
from pipeline.notebooks.kernel_watch import KernelWatch, Limits, oom_kills

SLEEP = "import time; time.sleep(3600)"


def start(code: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True)


def look_until_dead(watch: KernelWatch, process: "subprocess.Popen[bytes]") -> int:
    def looked_until_dead() -> bool:
        watch.poll()
        return process.poll() is not None

    wait_until(looked_until_dead, look_seconds=0.05)
    return process.wait()


def test_a_process_past_its_time_is_interrupted():
    watch, process = KernelWatch(Limits(timeout_seconds=1)), start(SLEEP)
    watch.attach(process)

    look_until_dead(watch, process)

    assert watch.stopped_for == "timeout"


def test_a_process_that_ignores_the_interrupt_is_killed_after_the_grace():
    code = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {SLEEP}"
    watch, process = KernelWatch(Limits(timeout_seconds=1, grace_seconds=0.5)), start(code)
    watch.attach(process)

    assert look_until_dead(watch, process) == -9


def test_a_process_over_its_memory_is_killed_and_its_peak_known():
    code = f"x = bytearray(200 * 2**20); {SLEEP}"
    watch, process = KernelWatch(Limits(memory_limit_mb=100)), start(code)
    watch.attach(process)

    assert look_until_dead(watch, process) == -9
    assert watch.stopped_for == "out_of_memory"
    assert watch.memory_peak_mb is not None
    assert watch.memory_peak_mb > 100


def test_the_memory_of_children_counts():
    child = f"x = bytearray(200 * 2**20); {SLEEP}"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    watch, process = KernelWatch(Limits(memory_limit_mb=150)), start(code)
    watch.attach(process)

    look_until_dead(watch, process)

    assert watch.stopped_for == "out_of_memory"


def test_a_kill_takes_children_in_other_sessions_along():
    code = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {SLEEP!r}], start_new_session=True)\n"
        "time.sleep(3600)"
    )
    watch, process = KernelWatch(Limits()), start(code)
    watch.attach(process)
    children: list[psutil.Process] = []
    while not children:
        children = psutil.Process(process.pid).children()
        time.sleep(0.05)

    watch.kill()
    process.wait(PATIENCE_SECONDS)

    _, alive = psutil.wait_procs(children, timeout=PATIENCE_SECONDS)
    assert alive == []


def test_a_stop_before_the_kernel_exists_reaches_it():
    watch = KernelWatch(Limits())
    watch.stop("interrupted")
    process = start(SLEEP)
    watch.attach(process)
    assert process.wait(PATIENCE_SECONDS) == -9


def test_the_first_cause_stands():
    watch = KernelWatch(Limits())
    watch.stop("timeout")
    watch.stop("interrupted")
    assert watch.stopped_for == "timeout"


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("low 0\noom 2\noom_kill 1\n", 1),  # cgroup 2
        ("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", 3),  # cgroup 1
        ("nr_free_pages 5\noom_kill 7\n", 7),  # /proc/vmstat
        ("nothing of the kind\n", 0),
    ],
)
def test_kills_for_memory_are_read_from_each_counter(tmp_path, content, count):
    counter = tmp_path / "counter"
    counter.write_text(content)
    assert oom_kills([counter, tmp_path / "missing"]) == [count, 0]
