"""Saved bytes hold numbers and text, never a program; damaged ones are refused."""

import json

import pytest

from fakes.data.labelled_rows import fitted
from foundation.digests import digest_of_bytes
from foundation.errors import DigestMismatch, InvalidData
from fraud.algorithms import ALGORITHMS
from fraud.model.fraud_model import FraudModel

every_algorithm = pytest.mark.parametrize("name", ALGORITHMS)
# How each format begins; a pickle begins with 0x80.
BEGINNINGS = {"json": b"{", "ubj": b"{L", "txt": b"tree\n", "skops": b"PK\x03\x04"}


@every_algorithm
def test_every_file_is_of_a_format_that_carries_no_code(name: str) -> None:
    files = fitted(name).to_files()
    assert set(files) == {"model.json", *ALGORITHMS[name].files}
    for file, data in files.items():
        suffix = file.rpartition(".")[2]
        if suffix == "safetensors":
            assert data[8:10] == b'{"'  # the length of its JSON header stands before
        else:
            assert data.startswith(BEGINNINGS[suffix])


def promised(files: dict[str, bytes]) -> dict[str, bytes]:
    """Let model.json promise the files as they are, as a forger would."""
    description = json.loads(files["model.json"])
    description["files"] = {name: digest_of_bytes(files[name]) for name in description["files"]}
    return {**files, "model.json": json.dumps(description).encode()}


@every_algorithm
@pytest.mark.parametrize("damage", [b"", b"garbage", b"\x80\x04N."])
def test_bytes_that_are_no_model_are_refused(name: str, damage: bytes) -> None:
    file = ALGORITHMS[name].files[0]
    with pytest.raises(DigestMismatch, match=f"{file} is not what it should be"):
        FraudModel.from_files({**fitted(name).to_files(), file: damage})


@every_algorithm
def test_half_a_model_is_refused(name: str) -> None:
    files, file = fitted(name).to_files(), ALGORITHMS[name].files[0]
    with pytest.raises(DigestMismatch, match="Nothing was loaded"):
        FraudModel.from_files({**files, file: files[file][: len(files[file]) // 2]})


# XGBoost aborts the whole process on such bytes: only the digest stands before it.
@pytest.mark.parametrize("name", [name for name in ALGORITHMS if name != "xgboost"])
def test_bytes_that_the_library_cannot_read_are_refused_though_promised(name: str) -> None:
    files = {**fitted(name).to_files(), ALGORITHMS[name].files[-1]: b"garbage"}
    with pytest.raises(InvalidData, match="Nothing was loaded"):
        FraudModel.from_files(promised(files))
