"""Journal file: Optuna's journal, made to survive full disks and killed writers.

Two things that Optuna's own backend does not survive: a line that was written in half (every later
line is then unreadable), and a lock whose owner was killed (everyone waits 30 s for it). It also
forces every line to the disk, which is most of what a trial costs it. Here results alone are
forced: a power cut loses at most who was at work on what, and that is made again.
"""

import json
import os
from io import FileIO
from pathlib import Path
from typing import Any

from filelock import FileLock
from optuna.storages.journal import JournalFileBackend
from optuna.storages.journal._storage import JournalOperation
from optuna.trial import TrialState

LOOK_AGAIN_SECONDS = 0.001
CHUNK = 65_536


class JournalFile(JournalFileBackend):
    """A journal file, appended to under a lock that the system frees when its owner dies."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        self._own_lock = FileLock(f"{path}.lock", poll_interval=LOOK_AGAIN_SECONDS)

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Append every log or none of them; OSError when the disk is full."""
        lines = [json.dumps(log, separators=(",", ":")) + "\n" for log in logs]
        with self._own_lock, self._path.open("r+b", buffering=0) as file:
            end = _drop_torn_line(file)
            data = "".join(lines).encode()
            file.seek(end)
            if file.write(data) < len(data):
                file.truncate(end)
                message = f"no space left for the journal {self._path}"
                raise OSError(message)
            if any(map(_must_last, logs)):
                os.fsync(file.fileno())


def _must_last(log: dict[str, Any]) -> bool:
    """Whether a power cut may not lose this; it takes what was written before along."""
    if log["op_code"] == JournalOperation.SET_TRIAL_STATE_VALUES:
        return TrialState(log["state"]).is_finished()
    # The operations below are about the study itself.
    return JournalOperation(log["op_code"]) <= JournalOperation.SET_STUDY_SYSTEM_ATTR


def _drop_torn_line(file: FileIO) -> int:
    """Cut off what a killed writer left of a line, which no reader took for one."""
    length = end = file.seek(0, os.SEEK_END)
    reach = 1  # almost always enough: the last byte ends a line
    while end > 0:
        start = max(0, end - reach)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end, reach = start, CHUNK
    if end < length:
        file.truncate(end)
    return end
