"""Object store: durable bytes under a bucket and a key."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from foundation.aws import aws_errors, client, error_code
from foundation.errors import (
    AlreadyExists,
    FraudDetectionError,
    NotFound,
    Outdated,
    Unavailable,
)
from foundation.settings import Settings

CONFLICTS = 5  # S3 answers 409 while another write of the same key is under way
DATE_CHARACTERS = len("Sun, 06 Nov 1994 08:49:37 GMT")  # RFC 9110, section 5.6.7


class Versioned(NamedTuple):
    """The content of an object when it was read, and the ETag of that content."""

    data: bytes
    etag: str


class ObjectReader(Protocol):
    """Whatever objects can be read from: a store, or an execution, which records each read."""

    def read(self, bucket: str, key: str) -> bytes: ...


class ObjectStore(ObjectReader, Protocol):
    """Port of S3. A missing object is NotFound; an unreachable store is Unavailable."""

    def write(self, bucket: str, key: str, data: bytes) -> None: ...

    def write_once(self, bucket: str, key: str, data: bytes) -> None:
        """Write unless the key is taken; AlreadyExists when it holds other bytes.

        Finding exactly these bytes is success: the reply to an earlier try may have been lost.
        """
        ...

    def read_versioned(self, bucket: str, key: str) -> Versioned: ...

    def write_if(self, bucket: str, key: str, data: bytes, *, etag: str | None) -> str:
        """Write over the object that has this ETag, or with None where there is nothing.

        Return the new ETag. Raise Outdated when the object has changed or is gone; it was left as
        it is. Finding exactly these bytes is success, as the reply to an earlier try may have been
        lost; so give bytes that nobody else writes. After Unavailable it is unknown whether the
        bytes were written. When a reply was lost and another process overwrote these bytes at
        once, that is Outdated too: the content that followed proves that they had been written.
        """
        ...

    def download(self, bucket: str, key: str, path: Path) -> None: ...

    def upload(self, bucket: str, key: str, path: Path) -> None: ...

    def exists(self, bucket: str, key: str) -> bool: ...

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """Return every key that starts with `prefix`, sorted."""
        ...

    def delete(self, bucket: str, key: str) -> None:
        """Delete the object; a missing object counts as deleted."""
        ...

    def current_time(self, bucket: str) -> datetime:
        """Return the time of the store's clock, to the second."""
        ...


class S3ObjectStore:
    """Objects in S3, or in an emulator of it."""

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

    def read_versioned(self, bucket: str, key: str) -> Versioned:
        with aws_errors(f"Reading s3://{bucket}/{key}"):
            answer = self._s3.get_object(Bucket=bucket, Key=key)
            return Versioned(answer["Body"].read(), answer["ETag"])

    def write_if(self, bucket: str, key: str, data: bytes, *, etag: str | None) -> str:
        for tries_left in reversed(range(CONFLICTS)):
            try:
                return self._put_if(bucket, key, data, etag)
            except (AlreadyExists, NotFound, Unavailable) as error:
                # botocore retries by itself: the refusal may be of its second try, after the first
                # one was applied and its reply lost.
                found = self._read_if_there(bucket, key)
                if found and found.data == data:
                    return found.etag
                require_unchanged(f"s3://{bucket}/{key}", expected=etag, found=found)
                if not tries_left or not _is_conflict(error):
                    raise
        raise AssertionError  # the last try returns or raises

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

    def current_time(self, bucket: str) -> datetime:
        with aws_errors(f"Asking s3://{bucket} for the time"):
            answer = self._s3.head_bucket(Bucket=bucket)
        dates: str = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
        return parsedate_to_datetime(dates[-DATE_CHARACTERS:])  # some servers send the header twice

    def _put_if(self, bucket: str, key: str, data: bytes, etag: str | None) -> str:
        condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
        with aws_errors(f"Writing s3://{bucket}/{key} over {etag or 'nothing'}"):
            answer = self._s3.put_object(Bucket=bucket, Key=key, Body=data, **condition)
        new_etag: str = answer["ETag"]
        return new_etag

    def _read_if_there(self, bucket: str, key: str) -> Versioned | None:
        try:
            return self.read_versioned(bucket, key)
        except NotFound:
            return None

    def _holds(self, bucket: str, key: str, data: bytes) -> bool:
        try:
            return self.read(bucket, key) == data
        except (NotFound, Unavailable):
            return False


def require_unchanged(what: str, *, expected: str | None, found: Versioned | None) -> None:
    """Raise Outdated unless `what` still has the ETag that it had when it was read."""
    etag = found.etag if found else None
    if etag == expected:
        return
    message = (
        f"{what} is not what it was when it was read: its ETag is {etag or 'gone'}, "
        f"expected {expected or 'none'}. It was left as it is. Read it again, and decide anew."
    )
    raise Outdated(message)


def _is_conflict(error: FraudDetectionError) -> bool:
    """Return whether S3 refused only because another write of the key was under way."""
    return isinstance(error, AlreadyExists) or error_code(error) == "ConditionalRequestConflict"
