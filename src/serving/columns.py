"""Column names: those of a request must be those of the model, each once."""

from collections import Counter
from collections.abc import Sequence

from serving.rejection import Rejected, listed_names


def require_columns(
    names: Sequence[str], columns: Sequence[str], *, row: int | None = None
) -> None:
    """Raise Rejected unless `names` are `columns`, in any order, each once."""
    found, expected = Counter(names), set(columns)
    if len(names) == len(columns) and found.keys() == expected:
        return
    twice = [name for name, count in found.items() if count > 1]
    missing = [name for name in columns if name not in found]
    unexpected = [name for name in found if name not in expected]
    kinds = {"Missing": missing, "Unexpected": unexpected, "More than once": twice}
    facts = " ".join(f"{kind}: {listed_names(those)}." for kind, those in kinds.items() if those)
    where = "The columns" if row is None else f"The names in row {row}"
    message = f"{where} must be exactly the {len(columns)} of the model. {facts}"
    raise Rejected(message, row=row, column=[*missing, *unexpected, *twice][0])
