"""Learning curves: what a fit reports after each round, one curve for each bag of each learner."""

from collections.abc import Sequence


class LearningCurves:
    """Collects the progress of a fit; pass it as `on_progress`.

    `learners` are the algorithms that are fitted one after another in each of the `bags`, each with
    as large a share of the progress. `curves` has a list for each bag of each learner: the metric
    on the rows that stop the fit, in the order of the rounds; empty where nothing was reported.
    """

    def __init__(self, learners: Sequence[str], bags: int = 1) -> None:
        self._learners, self._parts = tuple(learners), len(learners) * bags
        self.curves: dict[str, list[list[float]]] = {
            name: [[] for _ in range(bags)] for name in learners
        }

    def __call__(self, iteration: int, of: int, metric: float) -> None:
        bag, learner = divmod((iteration - 1) * self._parts // of, len(self._learners))
        self.curves[self._learners[learner]][bag].append(metric)

    def reported(self) -> dict[str, list[list[float]]]:
        """Return the curves of the learners that report what they do."""
        return {name: bags for name, bags in self.curves.items() if any(bags)}
