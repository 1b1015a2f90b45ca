"""The engine runs kernels of this Python, with no profile of whoever runs it."""

from fakes.tiny.notebooks import statuses, text_of
from fakes.tiny.project import write_notebook
from pipeline.notebooks.notebook_runner import NotebookRun, run_notebook


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
