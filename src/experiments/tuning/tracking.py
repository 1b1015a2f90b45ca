"""Tuning record: a study as a run that grows while it searches, each trial a child of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from catalog.recorded_runs import TEST_EVALUATION, TUNING, history_tag
from experiments.evaluation.model_spec import ModelSpec
from experiments.feature_sets import FeatureSet
from experiments.search import FinishedTrial, Study
from experiments.tracking.live_recorder import LiveRecorder
from experiments.tracking.model_artifact import model_files
from experiments.tracking.run_facts import (
    curves_file,
    model_metrics,
    params_of,
    plot_files,
    run_of,
    spec_params,
    table_file,
    tags_of,
)
from experiments.tracking.run_tree import ChildRun, RunTree
from experiments.tuning.confirmation import AVERAGE_PRECISION
from foundation.digests import digest_of_json
from foundation.tracking.writer import TrackedRun
from fraud.metrics.formatting import flat

if TYPE_CHECKING:
    from catalog.labelled_splits import Development
    from experiments.session import ExperimentSession
    from experiments.tuning.params import TuneParams
    from experiments.tuning.result import TuningResult

GROWING = {"trials"}  # a study that is asked for more trials stays the same study


class StudyRecorder:
    """One study on its way into the tracking server: trials as they finish, the winner at the end.

    A study that is resumed goes on in the run that it had.
    """

    def __init__(
        self,
        study: Study,
        params: "TuneParams",
        features: FeatureSet,
        development: "Development",
        session: "ExperimentSession",
    ) -> None:
        self._study, self._params, self._features = study, params, features
        self._manifest, self._workshop = development.manifest, session
        self._began, self._sent = session.execution.now(), set[int]()
        tree = RunTree(idempotency_key=_idempotency_key(study), parent=self._parent())
        self._recording = LiveRecorder(session.recorder, tree)

    def send_finished(self) -> None:
        """Tell of the trials that finished since the last time."""
        news = [trial for trial in self._study.trials() if trial.slot not in self._sent]
        self._sent |= {trial.slot for trial in news}
        self._recording.add_children([self._child(trial) for trial in news])

    @contextmanager
    def told_whatever_happens(self) -> Iterator[None]:
        """Tell of the trials that finished, also when the block is left by an error or Ctrl-C."""
        try:
            yield
        finally:
            self.send_finished()
            self._recording.flush()

    def close(self, tuned: "TuningResult") -> "TuningResult":
        """Complete the run with the winner: its metrics, curves, plots and model."""
        self.send_finished()
        told = self._recording.close(self._finished_parent(tuned), _artifacts(tuned))
        return replace(tuned, run_id=told.run_id, tracking_problem=told.problem)

    def _parent(self) -> TrackedRun:
        return run_of(
            TUNING,
            self._study.request.name,
            self._began,
            self._workshop.execution,
            params={"features": self._params.features},
            tags=self._tags("study")
            | {"study": self._study.request.name}
            | history_tag(self._features.history),
        )

    def _finished_parent(self, tuned: "TuningResult") -> TrackedRun:
        best, parent = tuned.confirmation.winner, self._parent()
        won, searched = spec_params(tuned.winner.spec), best.finalist.search_score
        return parent.model_copy(
            update={
                # A study that goes on may end with another winner: MLflow lets tags change, and
                # parameters never.
                "tags": parent.tags
                | {"algorithm": best.spec.algorithm}
                | _test_look(tuned)
                | params_of(self._params)
                | {f"winner.{name}": value for name, value in won.items()},
                "metrics": {
                    **({} if searched is None else {"search_average_precision": searched}),
                    **flat(tuned.winner.metrics, ""),
                    **flat(tuned.winner.test, "test_"),
                    **model_metrics(tuned.winner.final_fit),
                    "decision_threshold": tuned.winner.threshold,
                    **{f"trials_{state}": float(n) for state, n in tuned.states.items()},
                },
            }
        )

    def _child(self, trial: FinishedTrial) -> ChildRun:
        spec = ModelSpec(
            algorithm=trial.algorithm,
            hyperparameters=trial.hyperparameters,
            recipe=self._params.recipe(self._features),
            seed=trial.seed,
        )
        # Of a trial that was given up, the mean of the folds it had: not to be ranked with others.
        name = AVERAGE_PRECISION if trial.state == "complete" else f"{AVERAGE_PRECISION}_so_far"
        found = {} if trial.value is None else {name: trial.value}
        reason = {"reason": trial.reason} if trial.reason else {}
        run = run_of(
            TUNING,
            f"trial {trial.slot}",
            self._began,
            self._workshop.execution,
            params=spec_params(spec) | {"features": self._params.features},
            tags=self._tags("trial")
            | {"algorithm": trial.algorithm, "state": trial.state, "trial": str(trial.slot)}
            | reason,
            metrics=found | {"seconds": trial.seconds},
            curves={"fold_average_precision": trial.attrs.get("folds", [])},
            status="failed" if trial.state == "failed" else "finished",
        )
        return ChildRun(key=f"trial-{trial.slot}", run=run)

    def _tags(self, kind: str) -> dict[str, str]:
        return tags_of(self._manifest, self._workshop.execution, kind=kind, seed=self._params.seed)


def _idempotency_key(study: Study) -> str:
    asked = study.request.model_dump(mode="json", exclude=GROWING)
    return f"study-{digest_of_json(asked)[:32]}"


def _test_look(tuned: "TuningResult") -> dict[str, str]:
    """Remember that the test rows were looked at, also once a study that goes on looks again."""
    score = tuned.winner.test[AVERAGE_PRECISION].value
    return {f"{TEST_EVALUATION}{score!r}": tuned.confirmation.winner.name}


def _artifacts(tuned: "TuningResult") -> dict[str, bytes]:
    won = tuned.winner
    costs = tuned.params.costs
    return {
        "curves.json": curves_file(tuned.confirmation.rows, won.out_of_fold_scores, costs),
        "test_curves.json": curves_file(won.test_set.rows, won.test_scores, costs),
        "trials.csv": table_file(tuned.trial_table()),
        "confirmation.csv": table_file(tuned.confirmation_table()),
        "verdict.txt": tuned.verdict().encode(),
        **plot_files(tuned.plots),
        **model_files(won.model, tuned.development.train.rows[:3]),
    }
