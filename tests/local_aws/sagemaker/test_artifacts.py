"""Artifacts: a model archive is unpacked whole, inside its folder, or not at all."""

import io
import tarfile

import pytest

from foundation.aws import client
from foundation.stores.archives import pack
from local_aws.sagemaker.artifacts import download_model
from local_aws.sagemaker.errors import DeploymentFailed


def url(settings, data):
    client("s3", settings).put_object(Bucket=settings.models_bucket, Key="a.tar.gz", Body=data)
    return f"s3://{settings.models_bucket}/a.tar.gz"


def archive_of(name, **attributes):
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        for attribute, value in attributes.items():
            setattr(member, attribute, value)
        archive.addfile(member, io.BytesIO(b""))
    return written.getvalue()


def test_an_archive_is_unpacked_where_its_container_looks(standin_aws, tmp_path):
    download_model(
        url(standin_aws, pack({"model.json": b"{}", "b": b"2"})), tmp_path / "m", standin_aws
    )
    assert {path.name: path.read_bytes() for path in (tmp_path / "m").iterdir()} == {
        "model.json": b"{}",
        "b": b"2",
    }


@pytest.mark.parametrize(
    "data",
    [
        b"not an archive",
        pack({"model.json": b"{}" * 1000})[:40],
        archive_of("../outside"),
        archive_of("link", type=tarfile.SYMTYPE, linkname="../../outside"),
    ],
    ids=["garbage", "truncated", "above", "link"],
)
def test_a_bad_archive_fails_and_leaves_nothing_behind(standin_aws, tmp_path, data):
    folder = tmp_path / "files" / "m"
    with pytest.raises(DeploymentFailed, match="Failed to extract model data archive"):
        download_model(url(standin_aws, data), folder, standin_aws)
    assert list(folder.parent.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_a_model_that_was_fetched_needs_no_s3_any_more(tmp_path, standin_aws):
    (tmp_path / "m").mkdir()
    nowhere = standin_aws.model_copy(update={"aws_endpoint_url": "http://127.0.0.1:1"})
    download_model("s3://gone/a.tar.gz", tmp_path / "m", nowhere)
