"""Plausible keys: whether an identifier is unique, and parties and categories are not."""

from fraud.plausibility.columns import FEWEST_ROWS, KeyColumn
from fraud.plausibility.finding import PlausibilityFinding, doubtful, plausible
from fraud.plausibility.words import percent

ENTITY_SHARE = 0.98  # distinct values by rows
CATEGORY_SHARE = 0.9
HELD_SHARE = 0.5  # of rows, by one party
ENTITY_OF_ID = 0.9  # distinct values by rows, below which a repeated identifier names a party


def key(column: KeyColumn) -> PlausibilityFinding:
    """Find an identifier that repeats, and a party or category with a value of its own each row."""
    check = {"id": "identifier", "entity": "entity", "category": "category"}[column.kind]
    doubt = {"id": _id, "entity": _entity, "category": _category}[column.kind](column)
    if doubt:
        return doubtful(f"{check} {column.name}", doubt)
    facts = f"{column.name} has {column.distinct:,} values in {column.rows:,} rows"
    held = percent(column.largest / max(column.rows, 1))
    commonest = "" if column.kind == "id" else f", the commonest in {held} of them"
    return plausible(f"{check} {column.name}", f"{facts}{commonest}.")


def _id(column: KeyColumn) -> str | None:
    repeats = column.rows - column.distinct
    if not repeats:
        return None
    facts = f"{column.name} repeats an earlier row in {repeats:,} of {column.rows:,} rows"
    if column.distinct > ENTITY_OF_ID * column.rows:
        return f"{facts}, which an identifier never does: are those rows delivered twice?"
    return (
        f"{facts}: does it identify a transaction? If it names a party, write entities: "
        f"{{customer: {column.name}}} in place of id: {column.name}; if rows were delivered twice, "
        "leave out the second ones."
    )


def _entity(column: KeyColumn) -> str | None:
    if column.rows < FEWEST_ROWS:
        return None
    if column.distinct >= (ENTITY_SHARE * column.rows if column.is_whole else column.rows):
        return (
            f"{column.name} has {column.distinct:,} values in {column.rows:,} rows: hardly any "
            "party comes twice, so features of its past are empty. If it identifies the "
            f"transaction, write id: {column.name} in place of the entity."
        )
    if column.largest > HELD_SHARE * column.rows:
        return (
            f"One value of {column.name} has {percent(column.largest / column.rows)} of the rows: "
            "does it stand for an unknown party? Its past would be that of all of them. Leave the "
            "entity out of the description, or those rows out of the file."
        )
    return None


def _category(column: KeyColumn) -> str | None:
    if column.rows < FEWEST_ROWS or column.distinct < CATEGORY_SHARE * column.rows:
        return None
    return (
        f"{column.name} has {column.distinct:,} values in {column.rows:,} rows, so that nearly "
        "every row is a category of its own, of which a model learns nothing. Write it under "
        "entities, annotations or ignore in place of categorical."
    )
