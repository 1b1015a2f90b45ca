"""Tracking of a search: one parent run that grows while it runs, and one child run a trial."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from catalog.recorded_runs import TEST_EVALUATION, TUNING, history_tag
from experiments.evaluation.model_spec import ModelSpec
from experiments.feature_sets import FeatureSet
from experiments.search.study import Study
from experiments.search.trials import FinishedTrial
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
from experiments.tracking.source_tags import source_tags, uncommitted_archive
from experiments.tuning.confirmation import AVERAGE_PRECISION
from foundation.digests import digest_of_json
from foundation.tracking.writer import TrackedRun
from fraud.metrics.formatting import flat

if TYPE_CHECKING:
    from catalog.labelled_splits import Development
    from experiments.session import ExperimentSession
    from experiments.tuning.params import TuneParams
    from experiments.tuning.result import TuningResult

GROWING = {"trials"}  # a study with a larger budget is the same study


class StudyRecorder:
    """Records one study: trials as they finish, the winner at the end.

    A study that is resumed continues in its earlier run.
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
        self._manifest, self._session = development.manifest, session
        self._began, self._sent = session.execution.now(), set[int]()
        self._sources = source_tags(development.manifest)
        self._uncommitted = uncommitted_archive(development.manifest)
        tree = RunTree(idempotency_key=_idempotency_key(study), parent=self._parent())
        self._recording = LiveRecorder(session.recorder, tree)

    def send_finished(self) -> None:
        """Record the trials that finished since the last call."""
        new = [trial for trial in self._study.trials() if trial.slot not in self._sent]
        self._sent |= {trial.slot for trial in new}
        self._recording.add_children([self._child(trial) for trial in new])

    @contextmanager
    def flush_on_exit(self) -> Iterator[None]:
        """Record the finished trials when the block is left, also by an error or Ctrl-C."""
        try:
            yield
        finally:
            self.send_finished()
            self._recording.flush()

    def close(self, tuned: "TuningResult") -> "TuningResult":
        """Complete the run with the winner: its metrics, curves, plots and model."""
        self.send_finished()
        artifacts = _artifacts(tuned) | self._uncommitted
        recorded = self._recording.close(self._finished_parent(tuned), artifacts)
        return replace(tuned, run_id=recorded.run_id, tracking_problem=recorded.problem)

    def _parent(self) -> TrackedRun:
        return run_of(
            TUNING,
            self._study.request.name,
            self._began,
            self._session.execution,
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
                # A study that is resumed may have another winner: MLflow allows changes of tags,
                # and none of params.
                "tags": parent.tags
                | source_tags(self._manifest)  # they may have changed since the search began
                | {"algorithm": best.spec.algorithm}
                | _test_evaluation_tag(tuned)
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
            seed=trial.suggestion.seed,
        )
        # A pruned trial has the mean of fewer folds, which is not comparable: another name.
        name = AVERAGE_PRECISION if trial.state == "complete" else f"{AVERAGE_PRECISION}_so_far"
        score = {} if trial.value is None else {name: trial.value}
        reason = {"reason": trial.reason} if trial.reason else {}
        run = run_of(
            TUNING,
            f"trial {trial.slot}",
            self._began,
            self._session.execution,
            params=spec_params(spec) | {"features": self._params.features},
            tags=self._tags("trial")
            | {"algorithm": trial.algorithm, "state": trial.state, "trial": str(trial.slot)}
            | reason,
            metrics=score | {"seconds": trial.seconds},
            curves={"fold_average_precision": list(trial.folds)},
            status="failed" if trial.state == "failed" else "finished",
        )
        return ChildRun(key=f"trial-{trial.slot}", run=run)

    def _tags(self, kind: str) -> dict[str, str]:
        return tags_of(
            self._manifest,
            self._session.execution,
            kind=kind,
            seed=self._params.seed,
            sources=self._sources,
        )


def _idempotency_key(study: Study) -> str:
    request = study.request.model_dump(mode="json", exclude=GROWING)
    return f"study-{digest_of_json(request)[:32]}"


def _test_evaluation_tag(tuned: "TuningResult") -> dict[str, str]:
    """Return a tag of this test evaluation; a resumed study adds another one beside it."""
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
        **model_files(won.model, tuned.development.train.rows),
    }
