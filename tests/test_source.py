"""Every module of src: importing it sets no log level, and it starts Python without the folder."""

import ast
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"

# Runs in a fresh process: imports every module, and prints which of ours sets a log level by it.
PROGRAM = """
import importlib, logging, sys, warnings
from pathlib import Path

source, found = sys.argv[1], []

def setter(frame):
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(source):
            return file
        if file.startswith("<frozen importlib"):
            return None  # a library sets its own level while it is imported
        frame = frame.f_back

def recorded(function):
    def call(*arguments, **named):
        if (file := setter(sys._getframe(1))) is not None:
            found.append(file)
        return function(*arguments, **named)
    return call

for owner, name in [(logging.Logger, "setLevel"), (logging, "basicConfig"), (logging, "disable")]:
    setattr(owner, name, recorded(getattr(owner, name)))
warnings.simplefilter("ignore")
before = logging.root.level
for file in sorted(Path(source).rglob("*.py")):
    parts = file.relative_to(source).with_suffix("").parts
    if parts[-1] not in ("__main__", "__init__"):
        importlib.import_module(".".join(parts))
print(*sorted(set(found)), sep="\\n")
assert logging.root.level == before
"""


def test_no_module_sets_a_log_level_when_it_is_imported() -> None:
    command = [sys.executable, "-c", PROGRAM, str(SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [], "move the call into the function that needs it"


def test_python_is_started_without_the_working_directory_on_its_path() -> None:
    """A user's `pipeline.py` in that folder must not be imported instead of ours."""
    unsafe = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.List | ast.Tuple)
        and any(_is_python(element) for element in node.elts)
        and not any(_is_flag(element) for element in node.elts)
    ]
    assert unsafe == [], "give it -P, or -I"


def _is_python(element: ast.expr) -> bool:
    return ast.unparse(element) == "sys.executable"


def _is_flag(element: ast.expr) -> bool:
    return isinstance(element, ast.Constant) and element.value in ("-P", "-I")
