"""The private names of Optuna that this project uses are there, and mean what we take them for.

When one of these fails after an update of Optuna, the message says which module to adapt. Until
then `optuna` in pyproject.toml stays below the version that changed the name.
"""

import importlib

from experiments.search.optuna_log import ANNOUNCERS


def test_the_loggers_that_announce_studies_are_those_that_we_silence() -> None:
    for name in ANNOUNCERS:
        module = importlib.import_module(name)
        assert getattr(module, "_logger", None) is not None, (
            f"{name} logs no longer: adapt ANNOUNCERS in src/experiments/search/optuna_log.py."
        )
        assert module._logger.name == name
