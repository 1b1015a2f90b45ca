"""Digests: SHA-256 of bytes, files and JSON, in lower-case hexadecimal."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def digest_of_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """Return the digest of a set of files by name and content, whatever archive holds them."""
    return digest_of_json({name: digest_of_bytes(files[name]) for name in sorted(files)})


def digest_of_json(value: Any) -> str:
    return digest_of_bytes(canonical_json(value))


def canonical_json(value: Any) -> bytes:
    """Return canonical JSON, equal for equal values; ValueError for NaN and infinities."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()
