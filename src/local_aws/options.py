"""Options of the local SageMaker, whose defaults `state/aws/options.json` changes."""

import sys
from pathlib import Path

from foundation.params import Params


class Options(Params):
    """The command that serves a model, and its time-outs."""

    # `{model_dir}` and `{port}` are filled in.
    serving_command: tuple[str, ...] = (
        sys.executable, "-P", "-m", "serving", "--model-dir", "{model_dir}", "--port", "{port}",
        "--host", "127.0.0.1",
    )  # fmt: skip
    startup_seconds: float = 60.0
    invocation_seconds: float = 60.0


def read_options(path: Path) -> Options:
    return Options.model_validate_json(path.read_bytes()) if path.exists() else Options()
