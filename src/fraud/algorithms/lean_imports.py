"""Lean imports: loads the libraries of algorithms without what they import for convenience alone.

For processes that fit or score arrays and do nothing else: a model server, a process that fits. In
the process of a person, who may hand data frames to the same libraries, import them as usual.
"""

import importlib
from collections.abc import Iterable

from foundation.hidden_modules import hide_modules

# At up to two seconds of every start. A test (tests/fraud/algorithms/test_lean_imports.py) fails
# once a library no longer imports one of these.
UNUSED_BY = {
    "xgboost": ("sklearn", "pandas", "pyarrow"),
    "lightgbm": ("sklearn", "pandas", "pyarrow"),
    "sklearn": ("pandas", "pyarrow"),
}


def import_lean(libraries: Iterable[str]) -> None:
    """Import those of `libraries` that import what is not needed here, without it."""
    for library in libraries:
        if library in UNUSED_BY:
            with hide_modules(*UNUSED_BY[library]):
                importlib.import_module(library)
