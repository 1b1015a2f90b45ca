"""SageMaker model artifacts: a model.tar.gz from S3, unpacked into its container's folder."""

import shutil
import tarfile
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from foundation.aws import aws_errors, client
from foundation.errors import FraudDetectionError
from foundation.settings import Settings, local_addresses
from local_aws.sagemaker.errors import DeploymentFailed


def download_model(model_data: str | None, folder: Path, settings: Settings) -> None:
    """Download and unpack `model_data` into `folder`, which appears whole or not at all.

    A folder that exists is used as it is. Raises DeploymentFailed.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        unpacked = Path(temporary) / "model"
        unpacked.mkdir()
        if model_data is not None:
            archive = Path(temporary) / "model.tar.gz"
            _download(model_data, archive, settings)
            _unpack(model_data, archive, unpacked)
        unpacked.rename(folder)


def delete_model(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _download(model_data: str, archive: Path, settings: Settings) -> None:
    address = urlsplit(model_data)
    # Ministack may have been restarted on another port since this server began.
    current = settings.model_copy(update=dict(local_addresses(settings.state_directory)))
    try:
        with aws_errors("The download"):
            s3 = client("s3", current)
            s3.download_file(address.netloc, address.path.lstrip("/"), str(archive))
    except FraudDetectionError as error:
        reason = (
            f'Failed to download model data for container "container_1" from URL: "{model_data}". '
            "Please ensure that there is an object located at the URL and that the role passed to "
            f"CreateModel has permissions to download the object. ({error})"
        )
        raise DeploymentFailed(reason) from error


def _unpack(model_data: str, archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive, mode="r:gz") as opened:
            # "data" refuses links and paths that lead out of the folder, and devices.
            opened.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        reason = (
            f'Failed to extract model data archive from URL "{model_data}" for container '
            f'"container_1". Please ensure that the object is a valid tar.gz archive. ({error})'
        )
        raise DeploymentFailed(reason) from error
