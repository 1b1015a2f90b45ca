"""Session of a tiny notebook: the execution, over a store that is a directory."""

import os
from pathlib import Path

from fakes.ports.directory_store import DirectoryStore
from fakes.ports.settings import fake_settings
from foundation.executions import Execution


def open_execution(execution_id: str) -> Execution:
    store = DirectoryStore(Path(os.environ["TINY_STORE"]))
    return Execution.open(execution_id, store, fake_settings())
