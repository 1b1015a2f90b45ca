"""Unfinished draft: what is decided of each column so far, and what is left to decide."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.description.guess import Ask, ColumnRole, Guess, Question
from catalog.description.survey import ColumnSurvey, FileSurvey
from foundation.errors import InvalidParams
from fraud.data.formats import FileFormat

MOST_CANDIDATES = 6


@dataclass
class UnfinishedDraft:
    """A draft while it is made; each decision adds guesses, questions and roles of columns."""

    survey: FileSurvey
    ask: Ask
    guesses: list[Guess] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    roles: dict[str, ColumnRole] = field(default_factory=dict)
    columns: list[ColumnSurvey] = field(default_factory=list)
    form: FileFormat = field(default_factory=FileFormat)
    marks: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    ignored: list[str] = field(default_factory=list)
    parties_as_categories: list[str] = field(default_factory=list)
    maybe_labels: set[str] = field(default_factory=set)

    def add(self, key: str, value: Any, reason: str) -> None:
        """Add a key of the description, and why it has that value."""
        self.guesses.append(Guess(key, value, reason))

    def settle(self, question: Question) -> Any:
        """Return the answer to a question; None, and an open question, where there is none.

        Raises:
            InvalidParams: The answer is none that the question allows.
        """
        answer = self.ask(question)
        if answer is None:
            self.questions.append(question)
            return None
        known = [str(one) for one in question.allowed]
        if known and str(answer) not in known:
            problem = f"{question.key}: {answer!r} is none of {listed(known)}"
            raise InvalidParams(self.survey.name, [problem])
        self.add(question.key, answer, "as answered")
        return answer

    @property
    def left(self) -> list[ColumnSurvey]:
        """The columns without a role, as the notation of the file reads them."""
        return [one for one in self.columns if one.name not in self.roles]

    def assign(self, column: ColumnSurvey, role: str, reason: str) -> None:
        """Give a column its role."""
        self.roles[column.name] = ColumnRole(column.name, role, reason, column.examples)

    def ignore(self, column: ColumnSurvey, reason: str) -> None:
        """Leave a column out of the description."""
        self.assign(column, "left out", reason)
        self.ignored.append(column.name)

    def in_file_order(self) -> list[ColumnRole]:
        """Return the role of each column."""
        return [self.roles[column.name] for column in self.survey.columns]

    def has_marks(self, column: ColumnSurvey) -> bool:
        """Return whether marks of missing numbers are in a column of numbers."""
        counts = self.survey.by_name[column.name].counts
        return any(mark in counts for mark in self.marks)

    def is_number_column(self, column: ColumnSurvey) -> bool:
        """Return whether the cells of a column are numbers in the notation of the file."""
        return column.name in self.numbers

    def number(self, cell: str) -> float:
        """Return the number that a cell holds in the notation of the file."""
        bare = cell.replace(self.form.currency, "", 1) if self.form.currency else cell
        bare = bare.replace(self.form.thousands, "") if self.form.thousands else bare
        return float(bare.replace(self.form.decimal, ".").strip())


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many there are besides."""
    more = f" and {len(names) - MOST_CANDIDATES} more" if len(names) > MOST_CANDIDATES else ""
    return ", ".join(names[:MOST_CANDIDATES]) + more
