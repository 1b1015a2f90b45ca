"""Hidden modules: imports a library without optional dependencies that are slow to load.

Each list of modules that are hidden has a test that fails once its library no longer imports them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hide_modules(*modules: str) -> Iterator[None]:
    """Make imports of these modules fail inside the block, unless they are loaded already."""
    absent = [name for name in modules if name not in sys.modules]
    # None is how Python marks a module that must not be imported.
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
