"""Optuna's log: keep the announcements of new studies off the screen."""

import logging

# Each storage announces a study that it creates. Batches are drawn in studies in memory, and of
# other studies the caller announces what people should read.
ANNOUNCERS = (
    "optuna.storages._in_memory",
    "optuna.storages.journal._storage",
)


def silence_new_studies() -> None:
    """Silence the announcement of each new study; Optuna's warnings stay."""
    for name in ANNOUNCERS:
        logging.getLogger(name).setLevel(logging.WARNING)
