"""Whole file: whether what was read of a raw file can be all of it, and what its labels mean."""

import polars as pl

from catalog.reading.blocks import Block
from catalog.reading.open_file import OpenFile
from catalog.reading.raw_table import RawTable
from catalog.reading.rejects import Reject
from foundation.errors import InvalidData
from fraud.data.row_faults import label_values


def require_closed_quotes(rejects: list[Reject], opened: OpenFile) -> None:
    """Raise InvalidData where a quoted cell swallowed the rows after it: nobody knows how many."""
    open_ended = (reject for reject in rejects if reject.spans_lines)
    if reject := next(open_ended, None):
        message = (
            f"{opened.name} has a quote in row {reject.row:,} that is not closed in its row, and "
            "takes the rows after it for one cell. Nothing was written. If the file ends there, "
            "it was cut off: get it again. Otherwise double or remove that quote, or, where quotes "
            'mean nothing in this file, describe it with quote: "".'
        )
        raise InvalidData(message)


def require_two_labels(blocks: list[Block], opened: OpenFile) -> None:
    """Raise InvalidData where labels besides those of fraud have several values and no names."""
    others = sorted(frozenset().union(*(block.other_labels for block in blocks)))
    if len(others) > 1:
        spec = opened.spec
        message = (
            f"{opened.name}: {spec.label} is {label_values(spec)}, but besides "
            f"{', '.join(spec.positive)} it holds {', '.join(map(repr, others[:10]))}. Nothing was "
            "written. Name in the description the values that are fraud (positive:) and those "
            "that are not (negative:)."
        )
        raise InvalidData(message)


def require_whole_end(raw: RawTable) -> None:
    """Raise InvalidData where a file without a last line end has a last row that is bad."""
    last = raw.rows
    half = raw.bad.filter(pl.col("row") == last)
    if half.height:
        message = (
            f"The file ends in the middle of row {last:,} ({half['reason'][0]}): it was cut off, "
            "and more may be missing. Nothing was written. Get it again, whole."
        )
        raise InvalidData(message)
