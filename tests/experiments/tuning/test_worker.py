"""A worker finishes the search it is given, and shows a bar to whoever started it by hand."""

import subprocess
from pathlib import Path

import pytest

from experiments.feature_sets import PLAIN_SET
from experiments.tuning.params import TuneParams
from experiments.tuning.worker import WORKER, WorkOrder, main, work
from fakes.studies.tuning import ASKED, session_in


def test_a_helper_finishes_the_search_and_tells_how_far_it_is(tmp_path: Path) -> None:
    heard: list[tuple[int, int, str]] = []
    params = TuneParams(**ASKED)
    work(
        WorkOrder(params=params, features=PLAIN_SET),
        session_in(tmp_path),
        lambda *told: heard.append(told),
    )
    done = [each[0] for each in heard]
    assert done == sorted(done)
    assert set(done) == set(range(params.trials + 1))
    assert heard[-1][1] == params.trials
    assert heard[-1][2].startswith("best 0.")


@pytest.mark.parametrize("by_hand", [True, False])
def test_only_who_started_it_by_hand_sees_a_bar(
    by_hand: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    order = tmp_path / "order.json"
    order.write_bytes(WorkOrder(params=TuneParams(**ASKED), features=PLAIN_SET).to_json())
    monkeypatch.setattr("experiments.tuning.worker.open_session", lambda: session_in(tmp_path))
    monkeypatch.setattr("experiments.tuning.worker.was_started_by_hand", lambda: by_hand)
    assert main([str(order)]) == 0
    assert ("Searching: 100%" in capsys.readouterr().err) is by_hand


@pytest.mark.parametrize("name", ["pipeline", "experiments", "fraud"])
def test_a_file_in_the_working_directory_is_not_taken_for_a_package_of_ours(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / f"{name}.py").write_text("raise SystemExit('a file of somebody else')")
    ended = subprocess.run([*WORKER], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("usage: ")


def test_a_worker_without_an_order_says_what_it_wants(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "ORDER.json" in capsys.readouterr().err
