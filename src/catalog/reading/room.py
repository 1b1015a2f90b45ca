"""Room: how much may be unpacked from one file, so that a small file fills no disk."""

import shutil
from pathlib import Path
from typing import IO

from foundation.errors import InvalidData

CHUNK_BYTES = 8 << 20
# Of rows that are all the same, gzip leaves a 400th; of a table of zeros and a few ones, a 200th.
# With numbers, times or names in each row it is a tenth to an eightieth, by any of the formats.
LARGEST_RATIO = 250
ALWAYS_ALLOWED = 1 << 30  # bytes, which are unpacked at any ratio
DISK_RESERVE = 1 << 30  # bytes that stay free
GB = 1 << 30


class Room:
    """The bytes that may be unpacked from a file, all its members and layers together."""

    def __init__(self, path: Path, name: str) -> None:
        self.name, self._packed = name, path.stat().st_size
        self._most = max(ALWAYS_ALLOWED, LARGEST_RATIO * self._packed)
        self._written = 0

    def copy(self, source: IO[bytes], target: Path) -> None:
        """Write what is unpacked from `source`.

        Raises:
            InvalidData: There is more than any data would unpack to, or than the disk has room
                for; `target` is removed.
        """
        try:
            with target.open("wb") as file:
                while chunk := source.read(CHUNK_BYTES):
                    self._take(len(chunk), target.parent)
                    file.write(chunk)
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    def _take(self, size: int, folder: Path) -> None:
        self._written += size
        if self._written > self._most:
            message = (
                f"{self.name} has {self._packed:,} bytes and unpacks to more than "
                f"{self._most:,}. That is over {LARGEST_RATIO} times as much, which no table has: "
                "it may be made to fill disks. What was unpacked was removed, and nothing was "
                "written. If it is meant, unpack it yourself and name the file inside."
            )
            raise InvalidData(message)
        if shutil.disk_usage(folder).free - size < DISK_RESERVE:
            message = (
                f"{self.name} does not fit onto the disk: {self._written / GB:.1f} GB were "
                f"unpacked when less than {DISK_RESERVE / GB:.1f} GB would have stayed free. What "
                "was unpacked was removed, and nothing was written. Make room, or name a folder "
                "on another disk in TMPDIR."
            )
            raise InvalidData(message)
