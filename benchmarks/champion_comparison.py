"""Champion comparison: a challenger judged on as many rows as the reference data tests with.

The floor is scikit-learn's average_precision_score, called for both models on as many resampled
rows: a few calls are timed, and the rest is reckoned. Turns alternate.
"""

import time
from collections.abc import Callable

import numpy as np
from sklearn.metrics import average_precision_score

from fraud.data.arrays import Flags, Floats
from fraud.significance.superiority import judge_challenger

FRAUDS, LEGITIMATE = 74, 42_647
RESAMPLES = 2000
TURNS, CALLS = 3, 20
TARGET_SECONDS = 10.0
PICKED_FROM = (1, 100, 1000)  # so many candidates: more resamples


def main() -> None:
    labels, challenger, champion = rows()
    floor, ours = [], []
    for _ in range(TURNS):
        called = seconds(resample_and_measure, labels, challenger)
        floor.append(2 * RESAMPLES / CALLS * called)
        ours.append([seconds(judge, labels, challenger, champion, many) for many in PICKED_FROM])
    print(f"  {len(labels):,} rows, {FRAUDS} of them frauds, and {RESAMPLES:,} resamples or more")
    print(f"  floor (scikit-learn on resampled rows)  {min(floor):7.2f} s")
    for many, taken in zip(PICKED_FROM, zip(*ours, strict=True), strict=True):
        report(f"judge_challenger, the best of {many:,}", min(taken), min(floor))


def rows() -> tuple[Flags, Floats, Floats]:
    """Labels, and the scores of two models that share most of what they see."""
    random = np.random.default_rng(0)
    labels = np.arange(FRAUDS + LEGITIMATE) < FRAUDS
    common = 4 * labels + np.sqrt(0.9) * random.normal(size=len(labels))
    own = np.sqrt(0.1) * random.normal(size=(2, len(labels)))
    challenger, champion = 1 / (1 + np.exp(-(common + own)))
    return labels, challenger, champion


def judge(labels: Flags, challenger: Floats, champion: Floats, many: int) -> None:
    judge_challenger(labels, challenger, champion, candidates_considered=many, resamples=RESAMPLES)


def resample_and_measure(labels: Flags, scores: Floats) -> None:
    random = np.random.default_rng(0)
    frauds, legitimate = np.flatnonzero(labels), np.flatnonzero(~labels)
    for _ in range(CALLS):
        drawn = np.concatenate(
            [random.choice(frauds, len(frauds)), random.choice(legitimate, len(legitimate))]
        )
        average_precision_score(labels[drawn], scores[drawn])


def seconds(action: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    action(*arguments)
    return time.perf_counter() - start


def report(what: str, taken: float, floor: float) -> None:
    verdict = "PASS" if taken <= TARGET_SECONDS else "ABOVE"
    print(
        f"  {what:38}  {taken:7.2f} s, {taken / floor:.3f} of the floor, "
        f"target {TARGET_SECONDS:g} s: {verdict}"
    )


if __name__ == "__main__":
    main()
