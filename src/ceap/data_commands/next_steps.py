"""Next steps: the command that compares models on a data set that was described or taken."""

from collections.abc import Container

from foundation import commands

BY_TIME = "By time: the past of an entity, such as a customer, predicts only what comes later."


def compare_models(name: str, described: Container[str]) -> list[str]:
    """Return the command; and, in a second line, why it splits by time where it does.

    `described` has the keys of the description. A split by time needs `entities` and `time`.
    """
    if "entities" in described and "time" in described:
        return [commands.compare(name, method="time"), BY_TIME]
    return [commands.compare(name)]
