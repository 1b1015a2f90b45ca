"""Canary: what we use of ministack without its promise is still as it was measured.

When one of these fails after an upgrade, `ministack_server.py` and `inbox.py` need a second look.
"""

import inspect
from importlib.metadata import version

import ministack.app
from ministack.core import persistence

from foundation.aws import client
from local_aws.health import PATHS, send_request
from local_aws.layout import Layout


def test_it_is_the_version_that_was_measured():
    assert version("ministack") == "1.5.33"


def test_its_state_is_gathered_by_name_and_saved_by_one_function():
    gathered = ministack.app._build_persistence_save_dict()
    assert all(callable(state_of) for state_of in gathered.values())
    assert list(inspect.signature(persistence.save_all).parameters) == ["services"]


def test_it_saves_its_state_when_the_application_ends():
    assert "save_all(_build_persistence_save_dict())" in inspect.getsource(
        ministack.app._handle_lifespan
    )


def test_it_reads_the_variables_that_we_set():
    from ministack.services import s3

    sources = [inspect.getsource(module) for module in (ministack.app, persistence, s3)]
    for variable in (
        *("GATEWAY_PORT", "MINISTACK_ACCOUNT_ID", "MINISTACK_REGION", "PERSIST_STATE"),
        *("STATE_DIR", "S3_PERSIST", "S3_DATA_DIR", "IOT_MTLS_ENABLED", "SFTP_ENABLED"),
    ):
        assert any(f'"{variable}"' in source for source in sources), variable


def test_an_object_is_on_disk_when_its_put_is_answered(standin_aws):
    client("s3", standin_aws).put_object(Bucket=standin_aws.data_bucket, Key="canary", Body=b"one")
    objects = Layout(standin_aws.state_directory).ministack / "s3"
    stored = objects / standin_aws.account / standin_aws.data_bucket / "canary"
    assert stored.read_bytes() == b"one"


def test_its_health_is_where_we_look(standin_aws):
    assert send_request(standin_aws.aws_endpoint_url, "GET", PATHS["ministack"])[0] == 200


def test_a_large_upload_in_parts_survives_as_one_object(standin_aws, tmp_path):
    large = tmp_path / "large"
    large.write_bytes(bytes(9 * 1024 * 1024) + b"end")
    s3 = client("s3", standin_aws)
    s3.upload_file(str(large), standin_aws.data_bucket, "large")
    s3.download_file(standin_aws.data_bucket, "large", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == large.read_bytes()
