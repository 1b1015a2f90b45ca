"""Identity: whoever is at work has a name, on AWS one that nobody chooses for himself."""

import os
import socket
import subprocess
import sys

import pytest

from fakes.ports.settings import fake_settings
from foundation.settings import Settings
from foundation.signing.identity import current_user


def test_locally_people_may_say_who_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEAP_USER", " ana ")
    assert current_user(fake_settings()) == "ana"


@pytest.mark.parametrize("named", [None, "", "  "])
def test_locally_it_is_else_the_user_and_the_machine(
    named: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CEAP_USER", raising=False)
    if named is not None:
        monkeypatch.setenv("CEAP_USER", named)
    monkeypatch.setenv("LOGNAME", "berta")
    assert current_user(fake_settings()) == f"berta@{socket.gethostname()}"


@pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="only root becomes others"
)
def test_a_user_without_a_name_is_known_by_its_number() -> None:
    code = (
        "import os, getpass\n"
        "from fakes.ports.settings import fake_settings\n"
        "from foundation.signing.identity import current_user\n"
        "os.setuid(54321)\n"
        "print(current_user(fake_settings()))"
    )
    nameless = {k: v for k, v in os.environ.items() if k not in USER_VARIABLES}
    path = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", code], env={**nameless, "PYTHONPATH": path}, capture_output=True
    )
    assert done.stdout.decode() == f"uid-54321@{socket.gethostname()}\n"


USER_VARIABLES = ("CEAP_USER", "LOGNAME", "USER", "LNAME", "USERNAME")


def test_on_aws_it_is_the_identity_that_aws_knows(
    moto_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the environment of whoever runs it says."""
    monkeypatch.setenv("CEAP_USER", "ana")
    monkeypatch.setenv("AWS_ENDPOINT_URL", str(moto_settings.aws_endpoint_url))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    on_aws = moto_settings.model_copy(update={"environment": "aws"})
    assert current_user(on_aws).startswith("arn:aws:sts::123456789012:")
