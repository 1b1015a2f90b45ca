"""Layout: every file lies under one folder, and is replaced whole."""

from pathlib import Path

from local_aws.layout import DAEMONS, Layout, replace_file

LAYOUT = Layout(Path("/state"))


def test_the_lock_survives_the_deletion_of_everything_else():
    assert not LAYOUT.lock.is_relative_to(LAYOUT.root)


def test_all_other_files_lie_under_one_folder():
    files = [LAYOUT.settings, LAYOUT.options, LAYOUT.addresses, LAYOUT.ministack, LAYOUT.sagemaker]
    files += [path for daemon in DAEMONS for path in (LAYOUT.record(daemon), LAYOUT.log(daemon))]
    assert all(file.is_relative_to(LAYOUT.root) for file in files)
    assert len(set(files)) == len(files)


def test_a_file_is_replaced_whole_and_leaves_no_part(tmp_path):
    file = tmp_path / "new folder" / "record.json"
    replace_file(file, b"first")
    replace_file(file, b"second")
    assert file.read_bytes() == b"second"
    assert list(file.parent.iterdir()) == [file]
