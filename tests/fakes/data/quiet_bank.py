"""Quiet bank: simulated inputs of days on which nothing is wrong, though no two are alike."""

from dataclasses import dataclass

import numpy as np

from fraud.monitoring.inputs.rules import EarlierDay
from fraud.monitoring.inputs.summaries import column_kinds, summaries
from fraud.monitoring.inputs.summary import DayInputs, InputReference

CATEGORIES = {"channel": ("web", "app", "pos", "phone"), "country": ("BE", "NL", "FR")}
NUMBERS = 6
NAMES = (*(f"v{number}" for number in range(NUMBERS)), *CATEGORIES, "amount", "time")
KINDS = column_kinds(NAMES, CATEGORIES, amount="amount", time="time")
NAN = float("nan")


@dataclass(frozen=True)
class QuietBank:
    """A bank of a given number of transactions a day, and how much its days differ.

    `restless` is the deviation between days: of the logarithm of each share, and of each mean in
    its standard deviations. At 0, days are random samples of one population.
    """

    random: np.random.Generator
    volume: int
    restless: float = 0.0

    def reference(self, rows: int = 20_000) -> InputReference:
        """Training, on rows of many days."""
        a_day = max(rows // 60, 1)
        days = [self._rows(a_day) for _ in range(60)]
        matrix = np.vstack([rows for rows, _ in days])
        texts = {name: [text for _, each in days for text in each[name]] for name in CATEGORIES}
        return InputReference(columns=summaries(matrix, KINDS, CATEGORIES, texts=texts))

    def day(self, reference: InputReference | None) -> DayInputs:
        rows, texts = self._rows(max(int(self.random.poisson(self.volume)), 1))
        ranges = reference.ranges if reference else None
        found = summaries(rows, KINDS, CATEGORIES, texts=texts, ranges=ranges)
        return DayInputs(columns=found)

    def earlier_day(self, reference: InputReference | None) -> EarlierDay:
        return EarlierDay(self.day(reference))

    def _rows(self, count: int) -> tuple[np.ndarray, dict[str, list[str | None]]]:
        random, restless = self.random, self.restless
        numbers = random.normal(size=(count, NUMBERS)) + restless * random.normal(size=NUMBERS)
        numbers[:, 1] = np.round(numbers[:, 1])  # a count
        numbers[:, 2] = numbers[:, 2] > 1.5  # a flag, nearly always 0
        numbers[self._some(count, 0.03), 3] = NAN
        amounts = random.lognormal(3 + restless * random.normal(), 1, count).round(2)
        times = random.uniform(0, 86_400, count)
        codes, texts = zip(*(self._texts(count, name) for name in CATEGORIES), strict=True)
        rows = np.column_stack([numbers, *codes, amounts, times])
        return rows, dict(zip(CATEGORIES, texts, strict=True))

    def _texts(self, count: int, name: str) -> tuple[np.ndarray, list[str | None]]:
        known = CATEGORIES[name]
        weights = np.exp(
            -0.7 * np.arange(len(known)) + self.restless * self.random.normal(size=len(known))
        )
        codes = self.random.choice(len(known), count, p=weights / weights.sum()).astype(float)
        texts: list[str | None] = [known[int(code)] for code in codes]
        for row in np.flatnonzero(self._some(count, 0.005)):
            codes[row], texts[row] = NAN, "something else"
        for row in np.flatnonzero(self._some(count, 0.02)):
            codes[row], texts[row] = NAN, None
        return codes, texts

    def _some(self, count: int, share: float) -> np.ndarray:
        today = share * np.exp(self.restless * self.random.normal())
        return self.random.random(count) < today
