"""Drafting: decides the role of each column, by the values and the names, or leaves a question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.description import roles
from catalog.description.dialect import is_number, missing_marks, number_notation
from catalog.description.draft import Draft
from catalog.description.guess import Ask, ColumnRole, Guess, Question
from catalog.description.survey import ColumnSurvey, FileSurvey
from catalog.description.times import TimeColumn, snake_case, time_columns
from foundation.errors import InvalidParams
from fraud.data.formats import NAMED_DELIMITERS, FileFormat

ZONE = re.compile(r":\d{2}(\.\d+)?\s?(Z|[+-]\d{2}:?(\d{2})?)$", re.IGNORECASE)
STABLE_PARTIES = ("merchant", "terminal")
MOST_AS_CATEGORY = 1_000
LEAST_TIME_SCORE = 1.0
MOST_CANDIDATES = 6
POSITIVE = frozenset(
    {"1", "y", "yes", "true", "t", "fraud", "fraudulent", "chargeback", "bad", "scam", "is_fraud",
     "positive", "ja", "oui", "si", "sí", "tak", "betrug"}
)  # fmt: skip
NEGATIVE = frozenset(
    {"0", "n", "no", "false", "f", "legit", "legitimate", "genuine", "good", "ok", "normal",
     "not fraud", "non-fraud", "nonfraud", "negative", "not_fraud", "valid", "nein",
     "non", "nie"}
)  # fmt: skip


def draft_description(
    survey: FileSurvey, file_guesses: Sequence[Guess], *, name: str, raw: str, ask: Ask
) -> Draft:
    """Return the draft of `params/data/{name}.yaml` for the file that is stored as `raw`.

    `ask` answers the questions that the file leaves open; those it answers with None stay open.
    """
    drafting = _Drafting(survey, ask)
    drafting.add("name", name, "")
    drafting.add("raw", raw, "in the data bucket, under raw/")
    least = max(1, survey.rows // 2)
    drafting.add("minimum_rows", least, "a file with fewer rows is taken for a truncated one")
    drafting.guesses += file_guesses
    drafting.read_notation()
    drafting.leave_out_empty_and_index()
    drafting.choose_label()
    drafting.choose_time()
    drafting.choose_amount()
    drafting.choose_identifier_and_parties()
    drafting.sort_out_the_rest()
    return Draft(
        survey, tuple(drafting.guesses), tuple(drafting.questions), tuple(drafting.in_file_order())
    )


@dataclass
class _Drafting:
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
            problem = f"{question.key}: {answer!r} is none of {_listed(known)}"
            raise InvalidParams(self.survey.name, [problem])
        self.add(question.key, answer, "as answered")
        return answer

    @property
    def left(self) -> list[ColumnSurvey]:
        """The columns without a role, as the notation of the file reads them."""
        return [one for one in self.columns if one.name not in self.roles]

    def read(self, column: ColumnSurvey) -> ColumnSurvey:
        """Return the column without the marks of missing values, its numbers counted."""
        if column.name not in self.numbers or column.is_number:
            return column
        cells = [cell for cell in column.cells if cell not in self.marks]
        numbers = [self._number(cell) for cell in cells]
        return replace(
            column, cells=cells, numbers=column.filled, low=min(numbers), high=max(numbers)
        )

    def assign(self, column: ColumnSurvey, role: str, reason: str) -> None:
        self.roles[column.name] = ColumnRole(column.name, role, reason, column.examples)

    def ignore(self, column: ColumnSurvey, reason: str) -> None:
        self.assign(column, "left out", reason)
        self.ignored.append(column.name)

    def in_file_order(self) -> list[ColumnRole]:
        return [self.roles[column.name] for column in self.survey.columns]

    def read_notation(self) -> None:
        delimiter = next((one.value for one in self.guesses if one.key == "delimiter"), ",")
        mark = NAMED_DELIMITERS.get(delimiter, delimiter)
        texts = [one for one in self.survey.columns if one.filled and not one.is_number]
        notation = number_notation((one.cells for one in texts if one.cells), mark)
        self.guesses += notation
        self.form = FileFormat(delimiter=mark, **{guess.key: guess.value for guess in notation})
        for column in self.survey.columns:
            if column.is_number:
                self.numbers.add(column.name)
            elif column.cells:
                self._read_marks(column)
        self.columns = [self.read(column) for column in self.survey.columns]
        if self.marks:
            where = [one.name for one in texts if one.name in self.numbers and self._has(one)]
            reason = f"for missing numbers, in {_listed(where)}"
            self.add("missing_marks", sorted(self.marks), reason)

    def _read_marks(self, column: ColumnSurvey) -> None:
        plain = FileFormat(**{**self.form.model_dump(), "missing_marks": []})
        marks = missing_marks(column.cells, plain)
        cells = [cell for cell in column.cells if cell not in marks]
        if cells and all(is_number(cell, plain) for cell in cells):
            self.numbers.add(column.name)
            self.marks |= set(marks)

    def _has(self, column: ColumnSurvey) -> bool:
        """Return whether marks of missing numbers are in a column of numbers."""
        counts = self.survey.by_name[column.name].counts
        return any(mark in counts for mark in self.marks)

    def leave_out_empty_and_index(self) -> None:
        for column in self.left:
            if not column.filled:
                self.ignore(column, "empty in every row")
            elif column.is_nested:
                self.ignore(column, "lists, records or bytes; no model takes them")
            elif roles.is_index(column):
                self.ignore(column, "it counts the rows: an index, as pandas writes it")

    def choose_label(self) -> None:
        candidates = roles.label_candidates(self.left)
        named = [one for one in candidates if roles.label_score(one.name) > 0.5]
        label = named[0] if named else None
        if label is None:
            names = tuple(one.name for one in candidates[:MOST_CANDIDATES])
            column = self.settle(
                Question(
                    "label", "which column holds whether a row is fraud?", names,
                    allowed=tuple(one.name for one in self.left),
                )
            )  # fmt: skip
            label = next((one for one in self.left if one.name == column), None)
            if label is None:
                self.questions.append(Question("positive", "which value of the label is fraud?"))
                self.maybe_labels = set(names)
                return
        else:
            self.add("label", label.name, "two values, and the name of a label")
        self.assign(label, "label", "what a model learns to tell")
        self._choose_positive(label)

    def _choose_positive(self, label: ColumnSurvey) -> None:
        counts = label.counts
        values = sorted(counts, key=lambda value: counts[value])
        shares = " and ".join(
            f"{value} in {counts[value] / counts.total():.1%}" for value in values
        )
        lower = {value.lower() for value in values}
        if lower <= {"0", "1", "0.0", "1.0"}:
            self.add("positive", 1, f"{shares} of the first rows")
            return
        positive = [one for one in values if _bare(one) in POSITIVE]
        negative = [one for one in values if _bare(one) in NEGATIVE]
        if len(positive) == 1 or (len(negative) == 1 and len(values) == 2):
            chosen = positive or [one for one in values if one not in negative]
            self.add("positive", chosen[0], f"{shares} of the first rows")
            self.add("negative", next(one for one in values if one not in chosen), "")
            return
        question = Question(
            "positive",
            f"which value of {label.name} is fraud ({shares} of the first rows)?",
            tuple(values),
            suggestion=values[0],
            allowed=tuple(values),
        )
        answer = self.settle(question)
        if answer is not None:
            self.add("negative", next(one for one in values if one != str(answer)), "the other")

    def choose_time(self) -> None:
        columns = time_columns(self.left)
        likely = [one for one in columns if one.score >= LEAST_TIME_SCORE]
        if likely:
            best = likely[0]
            self.add("time", best.name, _also(likely[1:]))
            by_name = {one.name: one for one in self.left}
            self.assign(by_name[best.name], "time", "the moment of the transaction")
            self.guesses += best.guesses
            for question in best.questions:
                self.settle(question)
            self._say_zone(best)
        by_name = {one.name: one for one in self.left}
        for other in columns:
            column = by_name.get(other.name)
            if column is None or not other.is_calendar:
                continue
            # Ten digits may be many things, unless the name is that of a time.
            if not column.is_number or other.score >= LEAST_TIME_SCORE:
                self.ignore(column, "another date; a model of the calendar days would not last")

    def _say_zone(self, best: TimeColumn) -> None:
        formats = [guess.value for guess in best.guesses if guess.key == "time_format"]
        column = self.survey.by_name[best.name]
        has_zone = any(ZONE.search(cell) for cell in column.cells[:9])
        if formats and not has_zone:
            self.add("time_zone", "UTC", "of dates without a zone; name yours if it is another")

    def choose_amount(self) -> None:
        candidates = roles.amount_candidates([one for one in self.left if self._is_number(one)])
        if not candidates:
            return
        amount = candidates[0]
        others = ", ".join(one.name for one in candidates[1:MOST_CANDIDATES])
        reason = "the name of an amount" + (f"; it may also be {others}" if others else "")
        self.add("amount", amount.name, reason)
        self.assign(amount, "amount", "what a missed fraud costs")
        negative = [cell for cell in amount.cells if self._number(cell) < 0]
        if negative:
            self.settle(
                Question(
                    "amount_may_be_negative",
                    f"{len(negative):,} of the first {len(amount.cells):,} amounts are negative, "
                    f"such as {negative[0]}: are these refunds (true), or bad rows (false)?",
                    ("true", "false"),
                    allowed=("true", "false", "True", "False"),
                    suggestion="true",
                )
            )

    def _is_number(self, column: ColumnSurvey) -> bool:
        return column.name in self.numbers

    def _number(self, cell: str) -> float:
        bare = cell.replace(self.form.currency, "", 1) if self.form.currency else cell
        bare = bare.replace(self.form.thousands, "") if self.form.thousands else bare
        return float(bare.replace(self.form.decimal, ".").strip())

    def choose_identifier_and_parties(self) -> None:
        identifiers = [one for one in self.left if roles.is_identifier(one)]
        identifiers = identifiers or [one for one in self.left if roles.has_own_codes(one)]
        parties: dict[str, str] = {}
        if identifiers:
            best = max(identifiers, key=lambda one: "trans" in one.name.lower())
            self.add("id", best.name, "each row has its own")
            self.assign(best, "id", "it identifies a transaction")
        for column in self.left:
            role = roles.party(column)
            if role is None or column.missing:
                continue
            unique = role if role not in parties else snake_case(column.name)
            parties[unique] = column.name
            self.assign(column, "entity", f"{column.distinct:,} of them, by its name")
            if role in STABLE_PARTIES and column.distinct <= MOST_AS_CATEGORY:
                self.parties_as_categories.append(column.name)
        if parties:
            order = list(roles.PARTIES)
            parties = dict(sorted(parties.items(), key=lambda one: _place(order, one[0])))
            self.add("entities", parties, "parties; features of their past can be made")

    def sort_out_the_rest(self) -> None:
        features, categories, missing = [], self.parties_as_categories, []
        for column in self.left:
            if roles.is_constant(column):
                self.ignore(column, f"the same in every row: {column.examples[0]}")
            elif self._is_number(column) and not roles.is_code(column):
                features.append(column.name)
                self.assign(column, "number", _gap_note(column))
                missing += [column.name] if column.missing or self._has(column) else []
            elif roles.is_free_text(column):
                self.ignore(column, "sentences; no model takes free text")
            elif roles.is_identifier(column) or roles.has_own_texts(column):
                self.ignore(column, f"{column.distinct:,} different texts: almost one a row")
            else:
                categories.append(column.name)
                hint = "; remove it here if it is the label" * (column.name in self.maybe_labels)
                self.assign(column, "category", f"{column.distinct:,} different values{hint}")
        self._add_lists(features, categories, missing)

    def _add_lists(self, features: list[str], categories: list[str], missing: list[str]) -> None:
        if features:
            self.add("features", features, "numbers")
        if missing:
            self.add("missing", missing, "features of which some rows have no number")
        if categories:
            self.add("categorical", categories, "features that are text; an empty cell is missing")
        if self.ignored:
            self.add("ignore", self.ignored, "nothing reads these columns")


def _place(order: list[str], role: str) -> int:
    return order.index(role) if role in order else len(order)


def _bare(value: str) -> str:
    return value.strip().strip(".").lower()


def _gap_note(column: ColumnSurvey) -> str:
    return f"missing in {column.missing / column.rows:.1%}" if column.missing else ""


def _also(others: Sequence[TimeColumn]) -> str:
    listed = ", ".join(one.name for one in others[:MOST_CANDIDATES])
    return f"the moment of the transaction; it may also be {listed}" if listed else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_CANDIDATES} more" if len(names) > MOST_CANDIDATES else ""
    return ", ".join(names[:MOST_CANDIDATES]) + more
