"""Input reference: what the train rows of a model hold, to compare the inputs of days with."""

from typing import TYPE_CHECKING

from catalog.prepared_data import Manifest, read_split
from catalog.train_categories import MOST_CATEGORIES
from foundation.executions import Execution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fraud.data.labelled_rows import LabelledRows
    from fraud.monitoring.inputs.summary import ColumnSummary, InputReference


def input_reference(
    execution: Execution,
    manifest: Manifest,
    train: "LabelledRows",
    *,
    most_categories: int = MOST_CATEGORIES,
) -> "InputReference":
    """Summarise every column of the train rows of `manifest`.

    A category of `most_categories` texts may have further ones, which a model does not know.
    Raises DigestMismatch where the train split has to be read again and is not what it was.
    """
    from fraud.monitoring.inputs.summaries import column_kinds, summaries
    from fraud.monitoring.inputs.summary import InputReference

    roles = train.roles
    kinds = column_kinds(train.columns, train.categories, amount=roles.amount, time=roles.time)
    found = summaries(train.rows, kinds, train.categories)
    full = [name for name, texts in manifest.categories.items() if len(texts) >= most_categories]
    if full:
        missing = read_split(execution, manifest, "train").select(full).null_count()
        found |= _with_rare_texts(found, missing.row(0, named=True))
    return InputReference(columns=found)


def _with_rare_texts(
    found: "Mapping[str, ColumnSummary]", missing: "Mapping[str, int]"
) -> "dict[str, ColumnSummary]":
    """Tell rare texts, which are unknown, from missing ones: a matrix has NaN for both."""
    return {
        name: found[name].model_copy(
            update={"missing": count, "unknown": found[name].missing - count}
        )
        for name, count in missing.items()
    }
