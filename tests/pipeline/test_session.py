"""A stage's session opens a service when it is first used, and loads no library before."""

import subprocess
import sys

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.ports.tracking import FakeTracking
from pipeline.session import StageSession

HEAVY = ("boto3", "mlflow", "polars", "sklearn")


def test_importing_the_session_loads_no_library_of_a_service():
    code = f"import sys, pipeline.session\nprint([m for m in {HEAVY} if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "[]", answer.stderr


def test_the_execution_is_opened_once_over_the_stores_of_the_session():
    session = StageSession(fake_settings(), FakeObjectStore(), FakeTracking(), "interactive")
    session.execution.write_for("score", "note.txt", b"kept")
    assert session.execution is session.execution
    assert list(session.objects.objects.values()) == [b"kept"]
