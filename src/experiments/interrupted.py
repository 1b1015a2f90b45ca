"""Interrupted: somebody stopped an experiment; what it says is how to go on."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, or the stop button of a notebook: what was finished is kept."""

    def __init__(self, kept: str, again: str) -> None:
        super().__init__(f"Interrupted: {kept}. To go on from there, run {again} again.")
