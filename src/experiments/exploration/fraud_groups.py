"""Fraud groups: the frauds of each text, of values that are missing, and of entities."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fraud.data.fraud_by import EntityFacts, GapGroups, Group, by_gap, by_text, entity_facts

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from catalog.prepared_data import Manifest

MOST_COLUMNS = 6  # of text, each with a figure
BY_GAP = "fraud_by_missing"  # the name of a figure


@dataclass(frozen=True)
class FraudGroups:
    """How fraud is spread over texts, gaps and entities.

    `texts` has the groups of those columns of text that tell most of fraud; `other_texts` counts
    the columns of text besides.
    """

    texts: dict[str, list[Group]]
    other_texts: int
    gaps: list[GapGroups]
    entities: list[EntityFacts]

    @property
    def plot_names(self) -> list[str]:
        """The names of the figures, in their order."""
        return [*map(figure_of, self.texts), *([BY_GAP] if self.gaps else [])]

    def plots(self) -> "dict[str, Figure]":
        """Draw a figure for each column of `texts`, and one for the gaps, by name."""
        from plots.group_plots import fraud_by_gap_plot, fraud_by_text_plot

        figures = {
            figure_of(column): fraud_by_text_plot(column, groups)
            for column, groups in self.texts.items()
        }
        return figures | ({BY_GAP: fraud_by_gap_plot(self.gaps)} if self.gaps else {})

    def entity_table(self) -> "pl.DataFrame":
        """Return one row an entity role: how many entities, and how frauds are spread over them."""
        import polars as pl

        return pl.DataFrame([_entity_row(facts) for facts in self.entities])

    def notes(self) -> list[str]:
        """Return a sentence on each kind of group that the data does not have, or that is cut."""
        absent = {
            "The data has no columns of text, so there is no fraud by text.": not self.texts,
            "No value is missing in these rows.": not self.gaps,
            "The description names no entities (customers, cards, …), so there is no fraud by "
            "entity.": not self.entities,
        }
        cut = (
            [f"{self.other_texts} more columns of text tell less, and are not drawn."]
            if self.other_texts
            else []
        )
        return [*cut, *(sentence for sentence, is_absent in absent.items() if is_absent)]


def figure_of(column: str) -> str:
    """Return the name of the figure of a column of text: a file name, whatever its own name is."""
    return f"fraud_by_text_{re.sub(r'[^A-Za-z0-9_-]+', '_', column)}"


def fraud_groups(
    table: "pl.DataFrame", manifest: "Manifest", strengths: Mapping[str, float]
) -> FraudGroups:
    """Return the groups of the rows of a prepared table.

    `strengths` has the univariate ROC AUC of each column, by which columns of text are ranked.
    """
    ranked = sorted(manifest.categories, key=lambda name: -strengths[name])
    shown = ranked[:MOST_COLUMNS]
    return FraudGroups(
        texts={name: by_text(table, name, manifest.label) for name in shown},
        other_texts=len(ranked) - len(shown),
        gaps=by_gap(table.select(*manifest.columns, manifest.label), manifest.label),
        entities=[
            entity_facts(table, role, column, manifest.label)
            for role, column in manifest.entities.items()
        ],
    )


def _entity_row(facts: EntityFacts) -> dict[str, str | int | float]:
    return {
        "entity": facts.role,
        "column": facts.column,
        "entities": facts.entities,
        "rows each, median": facts.median_rows,
        "rows each, most": facts.most_rows,
        "with fraud": _of(facts.defrauded, facts.entities),
        "with repeated fraud": _of(facts.repeatedly, facts.entities),
        "frauds of these": _of(facts.frauds_of_repeatedly, facts.frauds),
    }


def _of(part: int, whole: int) -> str:
    return f"{part:,} ({part / max(whole, 1):.2%})"
