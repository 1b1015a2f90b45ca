"""Archives: reproducible .tar.gz and .zip files, the same bytes for the same files."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping

from foundation.errors import InvalidData


def pack(files: Mapping[str, bytes]) -> bytes:
    """Pack `files` (name → content) as .tar.gz; equal files give equal bytes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size = len(files[name])
            archive.addfile(member, io.BytesIO(files[name]))
    return gzip.compress(plain.getvalue(), compresslevel=6, mtime=0)


def unpack(data: bytes) -> dict[str, bytes]:
    """Read the plain top-level files of a .tar.gz; InvalidData for anything else inside."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            return {member.name: _content(archive, member) for member in archive.getmembers()}
    except (tarfile.TarError, gzip.BadGzipFile, EOFError) as error:
        message = f"This is not a whole .tar.gz archive: {error}. Nothing was unpacked."
        raise InvalidData(message) from error


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member) if member.isfile() and "/" not in member.name else None
    if file is None:
        # A link or a path could write outside the folder that a caller unpacks into.
        message = (
            f"A model archive holds plain files only, not {member.name!r}. Nothing was unpacked."
        )
        raise InvalidData(message)
    return file.read()


def renamed_zip(data: bytes, rename: Callable[[Mapping[str, bytes]], Mapping[str, bytes]]) -> bytes:
    """Rewrite a .zip with the files that `rename` returns; equal files give equal bytes."""
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(plain, "w") as written:
        files = rename({name: source.read(name) for name in source.namelist()})
        for name in sorted(files):
            # A new ZipInfo is dated 1980, whatever the clock shows.
            member = zipfile.ZipInfo(name)
            written.writestr(member, files[name], zipfile.ZIP_DEFLATED)
    return plain.getvalue()
