"""Sabotage: what a tiny notebook does to itself, once."""

import os
from pathlib import Path


def once(name: str) -> bool:
    """Say yes the first time only, over all kernels that share a store."""
    try:
        (Path(os.environ["TINY_STORE"]) / f"did-{name}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
