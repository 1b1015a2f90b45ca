"""Raw checks: whether digest, row count and bad rows of a raw file allow its preparation."""

import sys
from typing import Literal

from pydantic import Field

from catalog.raw_advice import ways_to_raw_data
from catalog.reading.raw_table import RawTable
from catalog.repeated_ids import REASON as REPEATED_ID
from foundation.errors import DigestMismatch, InvalidData
from foundation.params import Params
from foundation.record import Record
from fraud.data.spec import DataSpec
from fraud.plausibility.columns import KeyColumn
from fraud.plausibility.keys import key

SHOWN_BAD_ROWS = 5
SUSPICIOUS_REPEATS = 0.1  # of the rows, by which an identifier repeats


class Origin(Record):
    """Origin of a raw file, stored beside the file as `{file}.origin.json`.

    A raw file without an origin is taken for the published file. `sha256` is the digest of the
    raw file that the origin describes.
    """

    simulated: bool = False
    source: str = ""
    sha256: str = ""


class RawCheckParams(Params):
    """Requirements on a raw file, and the treatment of its bad rows."""

    require_digest: bool = True
    minimum_rows: int = Field(default=0, ge=0)
    bad_rows: Literal["refuse", "quarantine"] = "refuse"
    maximum_bad_share: float = Field(default=0.01, ge=0, le=1)

    @property
    def described_rows(self) -> int:
        """The number of bad rows to describe in each block."""
        return sys.maxsize if self.bad_rows == "quarantine" else SHOWN_BAD_ROWS


def require_digest(raw: RawTable, spec: DataSpec, origin: Origin) -> None:
    """Raise DigestMismatch unless the file is the one its origin names, or else the published."""
    expected = origin.sha256 or ("" if origin.simulated else spec.sha256)
    if expected and raw.digest != expected:
        raise DigestMismatch(
            raw.name,
            expected=expected,
            found=raw.digest,
            way_out=f"Nothing was prepared. Get it again: {ways_to_raw_data(spec)}. A file that "
            "is meant to differ: set require_digest: false.",
        )


def require_minimum_rows(raw: RawTable, minimum: int) -> None:
    """Raise InvalidData when fewer than `minimum` good rows are left."""
    count = len(raw.labels)
    if count < minimum:
        small = f" For a smaller file on purpose: minimum_rows: {count}" if count else ""
        message = (
            f"{raw.name} has {len(raw.labels):,} good rows and needs at least {minimum:,}: part of "
            f"it is missing. Nothing was prepared.{small}"
        )
        raise InvalidData(message)


def require_good_rows(raw: RawTable, params: RawCheckParams) -> None:
    """Raise InvalidData for bad rows, or for more of them than may be quarantined."""
    share = raw.bad_count / raw.rows
    is_few = share <= params.maximum_bad_share
    if not raw.bad_count or (params.bad_rows == "quarantine" and is_few):
        return
    reasons = ", ".join(f"{count:,} with {reason}" for reason, count in raw.reasons.items())
    message = (
        f"{raw.name} has bad rows, {raw.bad_count:,} of {raw.rows:,} ({share:.2%}): {reasons}.\n"
        f"{_bad_row_list(raw)}\nRow 1 is the one below the header. Nothing was prepared, and the "
        f"file is as it was. Correct it; {_way_out(params, share)}.{_doubt(raw)}"
    )
    raise InvalidData(message)


def _bad_row_list(raw: RawTable) -> str:
    shown = raw.bad.head(SHOWN_BAD_ROWS).iter_rows(named=True)
    lines = [f"  - row {bad['row']:,}: {bad['reason']}" for bad in shown]
    if raw.bad_count > len(lines):
        lines.append(f"  - and {raw.bad_count - len(lines):,} more")
    return "\n".join(lines)


def _doubt(raw: RawTable) -> str:
    """Return the doubt that a column of which many values repeat is an identifier at all."""
    repeats, rows = raw.reasons.get(REPEATED_ID, 0), len(raw.labels)
    if raw.spec.id is None or repeats <= SUSPICIOUS_REPEATS * (rows + repeats):
        return ""
    return f" {key(KeyColumn(raw.spec.id, 'id', rows + repeats, rows)).sentence}"


def _way_out(params: RawCheckParams, share: float) -> str:
    most = f"{params.maximum_bad_share:.2%} of the rows"
    if params.bad_rows == "refuse" and share > params.maximum_bad_share:
        return f"bad_rows: quarantine would set aside {most} at most (maximum_bad_share)"
    if params.bad_rows == "refuse":
        return f"with bad_rows: quarantine, up to {most} are set aside instead"
    return f"no more than {most} may be set aside (maximum_bad_share)"
