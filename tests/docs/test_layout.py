"""Layout: the tests of a module stand in the mirrored place, and no folder is a heap."""

from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path.relative_to(ROOT / "src")
    for path in (ROOT / "src").rglob("*.py")
    if path.name not in ("__init__.py", "__main__.py")
)
# Modules without a test file of their own, each with the reason.
UNTESTED = {
    "foundation/progress.py": "types of callbacks, and one that does nothing",
    "pipeline/notebooks/events.py": "types of events",
    "pipeline/notebooks/notebook_control.py": "types of what a runner and its kernel exchange",
    "pipeline/services/sagemaker_calls.py": "held by the contract of the endpoints, call by call",
    "pipeline/training/train_output.py": "the type of an output",
}
MOST_FILES = 22  # of a folder: more cannot be taken in at a glance


def mirrored(module: Path) -> Path:
    return ROOT / "tests" / module.parent / f"test_{module.name}"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_has_its_test_in_the_mirrored_place(module: Path) -> None:
    has_test, is_excused = mirrored(module).exists(), str(module) in UNTESTED
    assert has_test != is_excused, f"{module}: write {mirrored(module)}, or say here why not"


def test_every_excuse_is_of_a_module_and_has_a_reason() -> None:
    assert {Path(module) for module in UNTESTED} <= set(MODULES)
    assert all(UNTESTED.values())


@pytest.mark.parametrize("top", ["src", "tests"])
def test_no_folder_holds_more_files_than_can_be_taken_in(top: str) -> None:
    files = Counter(path.parent for path in (ROOT / top).rglob("*.py"))
    full = {str(folder.relative_to(ROOT)): n for folder, n in files.items() if n > MOST_FILES}
    assert not full
