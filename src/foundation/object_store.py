"""Object store: durable bytes under a bucket and a key."""

from pathlib import Path
from typing import Any, Protocol

from foundation.aws import aws_errors, client
from foundation.errors import AlreadyExists, NotFound, Unavailable
from foundation.settings import Settings


class ObjectStore(Protocol):
    """Port of S3. A missing object is NotFound; an unreachable store is Unavailable."""

    def read(self, bucket: str, key: str) -> bytes: ...

    def write(self, bucket: str, key: str, data: bytes) -> None: ...

    def write_once(self, bucket: str, key: str, data: bytes) -> None:
        """Write unless the key is taken; AlreadyExists when it holds other bytes.

        Finding exactly these bytes is success: the reply to an earlier try may have been lost.
        """
        ...

    def download(self, bucket: str, key: str, path: Path) -> None: ...

    def upload(self, bucket: str, key: str, path: Path) -> None: ...

    def exists(self, bucket: str, key: str) -> bool: ...

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """Every key that starts with `prefix`, sorted."""
        ...

    def delete(self, bucket: str, key: str) -> None:
        """Delete the object; one that is not there is deleted already."""
        ...


class S3ObjectStore:
    def __init__(self, settings: Settings) -> None:
        self._s3: Any = client("s3", settings, connections=32)

    def read(self, bucket: str, key: str) -> bytes:
        with aws_errors(f"Reading s3://{bucket}/{key}"):
            data: bytes = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return data

    def write(self, bucket: str, key: str, data: bytes) -> None:
        with aws_errors(f"Writing s3://{bucket}/{key}"):
            self._s3.put_object(Bucket=bucket, Key=key, Body=data)

    def write_once(self, bucket: str, key: str, data: bytes) -> None:
        try:
            with aws_errors(f"Writing s3://{bucket}/{key} once"):
                self._s3.put_object(Bucket=bucket, Key=key, Body=data, IfNoneMatch="*")
        except (AlreadyExists, Unavailable):
            if not self._holds(bucket, key, data):
                raise

    def download(self, bucket: str, key: str, path: Path) -> None:
        with aws_errors(f"Reading s3://{bucket}/{key}"):
            self._s3.download_file(bucket, key, str(path))

    def upload(self, bucket: str, key: str, path: Path) -> None:
        from boto3.exceptions import S3UploadFailedError

        with aws_errors(f"Writing s3://{bucket}/{key}"):
            try:
                self._s3.upload_file(str(path), bucket, key)
            except S3UploadFailedError as error:
                # boto3 wraps the botocore error that aws_errors understands.
                raise (error.__cause__ or error.__context__ or error) from None

    def exists(self, bucket: str, key: str) -> bool:
        try:
            with aws_errors(f"Looking for s3://{bucket}/{key}"):
                self._s3.head_object(Bucket=bucket, Key=key)
        except NotFound:
            return False
        return True

    def keys(self, bucket: str, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        with aws_errors(f"Listing s3://{bucket}/{prefix}"):
            return sorted(found["Key"] for page in pages for found in page.get("Contents", []))

    def delete(self, bucket: str, key: str) -> None:
        with aws_errors(f"Deleting s3://{bucket}/{key}"):
            self._s3.delete_object(Bucket=bucket, Key=key)

    def _holds(self, bucket: str, key: str, data: bytes) -> bool:
        try:
            return self.read(bucket, key) == data
        except (NotFound, Unavailable):
            return False
