"""A waiter reports each pause, and gives up when its time is over."""

import pytest

from foundation.errors import Unavailable
from pipeline.services.waiter import Waiter


def test_each_pause_is_reported_with_the_status():
    statuses: list[str] = []
    waiter = Waiter(3600, lambda status, seconds: statuses.append(status))
    for status in ("Creating", "Updating"):
        waiter.wait("Endpoint prod", status)
    assert statuses == ["Creating", "Updating"]


def test_when_the_time_is_over_the_change_is_left_to_go_on():
    waiter = Waiter(0)
    with pytest.raises(Unavailable, match=r"Endpoint prod is still Creating after 0 s.*try again"):
        waiter.wait("Endpoint prod", "Creating")
