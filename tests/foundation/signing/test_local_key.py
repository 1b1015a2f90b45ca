"""Local signing key: one key a state directory, for its owner only, never shown in a message."""

import stat
import sys
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from fakes.ports.settings import fake_settings
from foundation.errors import InvalidData
from foundation.signing.local_key import LOCAL_KEY
from foundation.signing.signing import open_signer

DATA = b"any bytes"


def test_the_key_is_for_its_owner_only_and_stands_alone(tmp_path: Path) -> None:
    open_signer(fake_settings(tmp_path / "state")).sign(DATA)

    (file,) = (tmp_path / "state").iterdir()
    assert file.name == LOCAL_KEY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_signature_in_a_place_without_a_key_is_not_valid_and_makes_none(tmp_path: Path) -> None:
    signature = open_signer(fake_settings(tmp_path / "one")).sign(DATA)

    assert not open_signer(fake_settings(tmp_path / "other")).is_valid(DATA, signature)
    assert not (tmp_path / "other").exists()


def test_of_many_processes_that_sign_first_all_use_one_key(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from foundation.signing.signing import LocalSigner;"
        "import cryptography.hazmat.primitives.asymmetric.ed25519;"
        "print('ready', flush=True); sys.stdin.readline();"
        "print(LocalSigner(Path(sys.argv[1])).sign(b'data').key)"
    )
    racers = [
        Popen([sys.executable, "-c", script, str(tmp_path)], stdin=PIPE, stdout=PIPE, text=True)
        for _ in range(6)
    ]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("\n")
        racer.stdin.flush()
    keys = {racer.communicate()[0].strip() for racer in racers}

    assert [racer.returncode for racer in racers] == [0] * len(racers)
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == [LOCAL_KEY]


@pytest.mark.parametrize("place", [10, 60])
def test_a_broken_key_is_refused_without_showing_it(tmp_path: Path, place: int) -> None:
    open_signer(fake_settings(tmp_path)).sign(DATA)
    file = tmp_path / LOCAL_KEY
    text = file.read_text()
    file.write_text(text[:place] + text[place + 5 :])

    with pytest.raises(InvalidData, match=r"audit-key\.pem holds no Ed25519 key") as refused:
        open_signer(fake_settings(tmp_path)).sign(DATA)

    assert refused.value.__cause__ is refused.value.__context__ is None
    assert not [line for line in text.splitlines()[1:-1] if line[:20] in str(refused.value)]
