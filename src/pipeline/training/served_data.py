"""Served data set: of which data the endpoint's model is, and whether another's may replace it."""

from catalog.model_archive import read_metadata
from catalog.prepared_data import read_manifest
from foundation.errors import DigestMismatch, InvalidData, NotFound
from foundation.executions import Execution


def data_set_of(execution: Execution, model_digest: str) -> str | None:
    """Return the name of the data set of a stored model; None where its files are gone."""
    try:
        return read_manifest(execution, read_metadata(execution, model_digest).data_digest).data
    except (NotFound, DigestMismatch, InvalidData):
        return None


def replacement_problem(execution: Execution, *, serving: str, new: str, remedy: str) -> str | None:
    """Return why a model of the data set `new` must not replace the model `serving` unasked.

    None where both are of the same data, or nobody can name the data of the model that serves.
    `remedy` is the command that replaces it all the same.
    """
    old = data_set_of(execution, serving)
    if old is None or old == new:
        return None
    return (
        f"The endpoint {execution.settings.endpoint_name} serves a model of the data set {old} "
        f"({serving[:12]}), and this model is of {new}: transactions of {old} would be set aside, "
        "or scored by what the model never learned. The endpoint was not touched. To replace it "
        f"all the same: {remedy}; to keep both, give {new} an environment of its own "
        "(params/environments/)."
    )
