"""Fraud by group: rows and frauds of each text, of values that are missing, and of entities."""

from dataclasses import dataclass

import polars as pl

GAP, OTHERS = "missing", "all others"
MOST_TEXTS = 12
REPEATED = 2  # frauds, from which on an entity is one with repeated fraud


@dataclass(frozen=True)
class Group:
    """Rows that have something in common, and the frauds among them."""

    name: str
    rows: int
    frauds: int

    @property
    def share(self) -> float:
        """The share of fraud; 0 where there are no rows."""
        return self.frauds / max(self.rows, 1)


@dataclass(frozen=True)
class GapGroups:
    """The rows in which a column has no value, and those in which it has one."""

    column: str
    gaps: Group
    values: Group


@dataclass(frozen=True)
class EntityFacts:
    """The entities of one role, the frauds among their rows, and how frauds are spread over them.

    `defrauded` entities have a fraud, and `repeatedly` of them have two or more. Rows without an
    entity do not count.
    """

    role: str
    column: str
    rows: int
    frauds: int
    entities: int
    median_rows: float
    most_rows: int
    defrauded: int
    repeatedly: int
    frauds_of_repeatedly: int


def by_text(table: pl.DataFrame, column: str, label: str, *, most: int = MOST_TEXTS) -> list[Group]:
    """Return the commonest texts of a column, then all others together, then rows without a text.

    Equally common texts are in alphabetical order. `label` is 1 for fraud.
    """
    counted = _counted(table, column, label)
    texts = [
        Group(*row)
        for row in counted.drop_nulls(column)
        .sort("rows", column, descending=[True, False])
        .iter_rows()
    ]
    groups, rest = texts[:most], texts[most:]
    if rest:
        groups.append(Group(OTHERS, sum(g.rows for g in rest), sum(g.frauds for g in rest)))
    gaps = counted.filter(pl.col(column).is_null())
    return [*groups, *(Group(GAP, rows, frauds) for _, rows, frauds in gaps.iter_rows())]


def by_gap(table: pl.DataFrame, label: str) -> list[GapGroups]:
    """Compare the rows with and without a value, for each column that misses some."""
    found = []
    for name in table.columns:
        if name == label or not table[name].null_count():
            continue
        is_gap = table[name].is_null()
        gaps, values = (table.filter(chosen)[label] for chosen in (is_gap, ~is_gap))
        found.append(
            GapGroups(
                name,
                Group(GAP, len(gaps), int(gaps.sum())),
                Group("there", len(values), int(values.sum())),
            )
        )
    return found


def entity_facts(table: pl.DataFrame, role: str, column: str, label: str) -> EntityFacts:
    """Return how many entities a column names, and how the frauds are spread over them."""
    each = _counted(table, column, label).drop_nulls(column)
    repeatedly = each.filter(pl.col("frauds") >= REPEATED)
    return EntityFacts(
        role=role,
        column=column,
        rows=int(each["rows"].sum()),
        frauds=int(each["frauds"].sum()),
        entities=each.height,
        median_rows=float(each["rows"].median() or 0),  # type: ignore[arg-type]  # of integers
        most_rows=max(each["rows"].to_list(), default=0),
        defrauded=each.filter(pl.col("frauds") > 0).height,
        repeatedly=repeatedly.height,
        frauds_of_repeatedly=int(repeatedly["frauds"].sum()),
    )


def _counted(table: pl.DataFrame, column: str, label: str) -> pl.DataFrame:
    """Return the columns `column`, `rows` and `frauds`, one row for each value."""
    counts = (pl.len().alias("rows"), pl.col(label).cast(pl.Int64).sum().alias("frauds"))
    return table.select(column, label).group_by(column).agg(*counts)
