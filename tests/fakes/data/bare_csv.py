"""A small data set of two numbers, a category and a label: no time, no amount, no identifier."""

import shutil
from pathlib import Path

import numpy as np
import yaml

from foundation.settings import project_root
from fraud.data.spec import DataSpec

SPEC = DataSpec(
    name="claims",
    raw="claims.csv",
    minimum_rows=10,
    label="fraud",
    features=["age", "visits"],
    categorical=["channel"],
)
ROWS, FRAUDS = 600, 120
CHANNELS = ("agent", "online", "phone")


def bare_text(rows: int = ROWS, *, seed: int = 0) -> bytes:
    """The raw file: every fifth row is a fraud, which visits more often and is mostly online."""
    random = np.random.default_rng(seed)
    lines = ["age,visits,channel,fraud"]
    for row in range(rows):
        is_fraud = row % (ROWS // FRAUDS) == 0
        channel = random.choice(CHANNELS, p=[0.1, 0.7, 0.2] if is_fraud else [0.5, 0.2, 0.3])
        visits = random.normal(6.0 if is_fraud else 3.0, 1.5)
        lines.append(f"{random.integers(18, 90)},{visits:.3f},{channel},{int(is_fraud)}")
    return "\n".join([*lines, ""]).encode()


def bare_project(folder: Path) -> Path:
    """A copy of the project's params in `folder`, with the description of this data set."""
    shutil.copytree(project_root() / "params", folder / "params")
    described = yaml.safe_dump(SPEC.model_dump(mode="json", exclude_defaults=True))
    (folder / "params" / "data" / f"{SPEC.name}.yaml").write_text(described)
    return folder
