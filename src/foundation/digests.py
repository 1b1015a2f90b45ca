"""Digests: one name for the same bytes, everywhere (sha256, lower-case hexadecimal)."""

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
    """Digest a set of files by name and content, whatever archive or folder holds them."""
    return digest_of_json({name: digest_of_bytes(files[name]) for name in sorted(files)})


def digest_of_json(value: Any) -> str:
    return digest_of_bytes(canonical_json(value))


def canonical_json(value: Any) -> bytes:
    """Write JSON in the one form that equal values share; refuses NaN and infinities."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()
