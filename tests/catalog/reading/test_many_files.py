"""Several files, a folder and a pattern are one raw file, the same whenever they are the same."""

import zipfile

import pytest

from catalog.reading.many_files import ManyFiles
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.transfer_progress import FakeProgress
from foundation.errors import NotFound


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "days"
    folder.mkdir()
    for day in (2, 1, 3):
        (folder / f"{day}.csv").write_text(f"x\n{day}\n")
    (folder / ".hidden").write_text("no")
    (folder / "sub").mkdir()
    return folder


def fetched(tmp_path, *locations: str, store: FakeObjectStore | None = None):
    path = tmp_path / "raw"
    ManyFiles(locations, lambda: store or FakeObjectStore()).fetch(path, FakeProgress())
    return path


def texts(path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name).decode() for name in sorted(archive.namelist())]


def test_one_file_is_taken_as_it_is(folder, tmp_path):
    assert fetched(tmp_path, str(folder / "1.csv")).read_text() == "x\n1\n"
    assert fetched(tmp_path, str(folder / "1.*")).read_text() == "x\n1\n"


@pytest.mark.parametrize("words", [["{}"], ["{}/*.csv"], ["{}/1.csv", "{}/2.csv", "{}/3.csv"]])
def test_a_folder_a_pattern_and_a_list_are_the_same_archive(folder, tmp_path, words):
    path = fetched(tmp_path, *(word.format(folder) for word in words))
    assert texts(path) == ["x\n1\n", "x\n2\n", "x\n3\n"]
    content = path.read_bytes()
    assert fetched(tmp_path, *(word.format(folder) for word in words)).read_bytes() == content


def test_objects_are_found_by_folder_and_pattern(tmp_path):
    store = FakeObjectStore()
    for key in ("raw/b.csv", "raw/a.csv", "raw/a.txt", "other/c.csv"):
        store.write("mine", key, key.encode())
    assert texts(fetched(tmp_path, "s3://mine/raw/*.csv", store=store)) == [
        "raw/a.csv",
        "raw/b.csv",
    ]
    assert len(texts(fetched(tmp_path, "s3://mine/raw/", store=store))) == 3
    assert fetched(tmp_path, "s3://mine/other/c.csv", store=store).read_text() == "other/c.csv"


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(NotFound, match=r"no file .*none-\*\.csv"):
        ManyFiles([str(tmp_path / "none-*.csv")], FakeObjectStore)
    with pytest.raises(NotFound, match=r"no file s3://mine/raw/"):
        ManyFiles(["s3://mine/raw/"], FakeObjectStore)


def test_the_name_is_that_of_the_first_few(folder):
    assert ManyFiles([str(folder)], FakeObjectStore).name.endswith("3.csv")
    assert ManyFiles([str(folder)] * 2, FakeObjectStore).name.endswith(" and 3 more")
