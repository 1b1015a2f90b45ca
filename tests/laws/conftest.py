"""Time for the laws: in full they take many minutes."""

import pytest

IN_FULL_SECONDS = 4 * 3600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("laws"):
            item.add_marker(pytest.mark.timeout(IN_FULL_SECONDS))
