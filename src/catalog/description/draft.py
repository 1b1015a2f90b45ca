"""Draft: the description of a file, each line with its reason, and what only a person can say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from catalog.description.guess import ColumnRole, Guess, Question
from catalog.description.survey import FileSurvey
from fraud.data.spec import DataSpec

WIDTH = 100
FEW = 6  # names on one line
ORDER = (
    "name", "raw", "minimum_rows", "delimiter", "quote", "encoding", "decimal", "thousands",
    "currency", "missing_marks", "label", "positive", "negative", "time", "time_format",
    "time_unit", "time_since", "time_zone", "amount", "amount_may_be_negative", "features",
    "missing", "categorical", "id", "entities", "annotations", "ignore",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A drafted description: guesses by key, open questions, and the role of each column."""

    survey: FileSurvey
    guesses: tuple[Guess, ...]
    questions: tuple[Question, ...]
    roles: tuple[ColumnRole, ...]

    @property
    def name(self) -> str:
        """The name of the data set."""
        return str(self.values["name"])

    @property
    def values(self) -> dict[str, Any]:
        """The value of each key, without those that are open."""
        return {guess.key: guess.value for guess in self.guesses}

    def spec(self) -> DataSpec:
        """Return the description; InvalidParams names the questions that are open."""
        values: dict[str, Any] = dict(self.values)
        values |= {question.key: f"? {question.sentence}" for question in self.questions}
        return DataSpec.checked(values, source=f"the draft of {self.survey.name}")

    def to_yaml(self) -> str:
        """Return the draft as YAML, with a comment on each line."""
        by_key = {guess.key: guess for guess in self.guesses}
        open_by_key = {question.key: question for question in self.questions}
        head = [
            f"# Drafted from {self.survey.name}: {self.survey.rows:,} rows, "
            f"{len(self.survey.columns)} columns. Read each line; the comments say why.",
        ]
        if self.questions:
            head.append(
                "# Lines that begin with ? are questions: answer them before it can be used."
            )
        lines: list[str] = []
        for key in ORDER:
            if key in open_by_key:
                lines.append(f"{key}: {_scalar('? ' + open_by_key[key].sentence)}")
            elif key in by_key:
                lines += self._entry(by_key[key])
        return "\n".join([*head, *lines]) + "\n"

    def _entry(self, guess: Guess) -> Iterable[str]:
        comment = _comment(guess.reason)
        if isinstance(guess.value, dict):
            reasons = self._reasons()
            yield f"{guess.key}:{comment}"
            for role, column in guess.value.items():
                yield f"  {role}: {_scalar(column)}{_comment(reasons.get(column, ''))}"
        elif isinstance(guess.value, list) and guess.key not in ("positive", "negative"):
            yield from self._list(guess.key, guess.value, comment)
        else:
            yield f"{guess.key}: {_flow(guess.value)}{comment}"

    def _list(self, key: str, names: Sequence[str], comment: str) -> Iterable[str]:
        reasons = self._reasons()
        yield f"{key}:{comment}"
        for name in names:
            reason = reasons.get(name, "") if key != "missing" else ""
            yield f"  - {_scalar(name)}{_comment(reason)}"

    def _reasons(self) -> dict[str, str]:
        return {role.name: role.reason for role in self.roles}


def _comment(reason: str) -> str:
    # Names and values stand in reasons; a line end in one of them would end the comment.
    shown = "".join(one if one.isprintable() else "\ufffd" for one in reason)
    return f" # {shown}" if shown else ""


def _flow(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_scalar, value))}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, date):
        return str(value)
    dumped = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    text = str(dumped).removesuffix("\n").removesuffix("...").strip()
    return text if text != "null" else '""'
