"""A local AWS of its own for a benchmark: empty, on free ports, gone at the end."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.settings import Settings, load_settings
from local_aws import down, ensure_up


@contextmanager
def local_aws() -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="ceap-benchmark-") as state:
        settings = load_settings("local").model_copy(update={"state_directory": Path(state)})
        try:
            yield ensure_up(settings)
        finally:
            down(settings)
