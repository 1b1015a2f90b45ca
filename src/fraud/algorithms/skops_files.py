"""skops files: a fitted scikit-learn estimator as bytes, without pickle."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

from foundation.hidden_modules import hide_modules
from foundation.stores.archives import renamed_zip

SCHEMA = "schema.json"
# skops imports every package of scikit-learn to list the estimators. The first of these loads
# PyTorch, for more than a second, and holds no estimator; scikit-learn's helpers for tests load the
# second. A test fails once skops no longer imports one of them.
UNNEEDED = ("sklearn.externals.array_api_compat.torch", "pytest")


def dumps(estimator: Any) -> bytes:
    """Return the estimator as bytes; the same estimator, fitted again, gives the same bytes."""
    return renamed_zip(_skops_io().dumps(estimator), _without_addresses)


def loads(data: bytes, *, trusted: Sequence[str] = ()) -> Any:
    """Return the estimator that `dumps` gave; `trusted` are types that skops does not vouch for."""
    return _skops_io().loads(data, trusted=list(trusted))


def _skops_io() -> Any:
    if "skops.io" not in sys.modules:
        import scipy.special

        # skops vouches for the functions of SciPy, and looks for each in every loaded module: for a
        # second, beside MLflow. No estimator of ours has one. A test fails once skops stops that.
        with hide_modules(*UNNEEDED), _without_names(scipy.special):
            import_module("skops.io")
    return sys.modules["skops.io"]


@contextmanager
def _without_names(module: ModuleType) -> Iterator[None]:
    """Make `dir(module)` empty inside the block; every name can still be used."""
    module.__dir__ = list  # type: ignore[method-assign]
    try:
        yield
    finally:
        del module.__dir__


def _without_addresses(files: Mapping[str, bytes]) -> dict[str, bytes]:
    # skops names every object by its address in memory, which differs from process to process.
    schema = files[SCHEMA].decode()
    addresses = dict.fromkeys(re.findall(r'"__id__": (\d+)', schema))
    numbers = {address: str(number) for number, address in enumerate(addresses)}
    renamed = re.sub(
        r'(?<="__id__": )\d+|(?<="file": ")\d+', lambda found: numbers[found[0]], schema
    )
    arrays = {
        f"{numbers[name.removesuffix('.npy')]}.npy": content
        for name, content in files.items()
        if name != SCHEMA
    }
    return {**arrays, SCHEMA: renamed.encode()}
