"""Study: a search for the best hyperparameters with a reproducible result.

The trials are cut into batches of a fixed size. The parameters of a batch follow from the seed and
the results of earlier batches, never from what runs at the same time; so the number of workers,
which of them is quicker, and how often they are killed change nothing but the time it takes.
Workers agree through the storage alone: whoever needs a batch draws it, whoever claims a trial
runs it, whoever finds a trial without its worker voids it and makes its slot again.

A slot whose workers keep dying is tried again for ever, since giving it up by itself would let
kills decide which trials a study has. Whoever knows better calls `give_up`, once, and that is then
a part of the study.
"""

import time
from contextlib import suppress
from datetime import UTC, datetime

import optuna
from optuna.trial import FrozenTrial, TrialState

from experiments.search.events import OnEvent, StudyProgress, TrialVoided, ignore
from experiments.search.liveness import Heart, Watch, this_worker
from experiments.search.pruning import Pruner, Reporter
from experiments.search.request import StudyRequest
from experiments.search.running import Objective, run_trial
from experiments.search.sampling import Drawn, draw_batch, study_in_memory
from experiments.search.store import StudyStore
from experiments.search.trials import (
    ALGORITHM_NAME,
    BEAT,
    DIED,
    HYPERPARAMETERS,
    INTERRUPTED,
    RESULT,
    SEED,
    SLOT,
    VOID,
    WORKER,
    FinishedTrial,
    TrialTable,
    finished_trial,
)
from foundation.errors import InvalidParams, NotFound, Unavailable

BEATS_PER_GRACE = 12
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.01, 0.25


class Study:
    """One study in its storage, as one worker sees it. Open one handle a thread."""

    def __init__(self, request: StudyRequest, store: StudyStore, grace_seconds: float) -> None:
        self.request = request
        self._store, self._grace = store, grace_seconds
        self._watch = Watch(grace_seconds)
        self._learned: tuple[int, optuna.Study] | None = None

    def work(
        self,
        objective: Objective,
        *,
        until: datetime | None = None,
        on_event: OnEvent = ignore,
    ) -> None:
        """Run trials until every slot has finished, or no new one may start after `until`.

        Other workers' last trials are waited for, to take them over if they die. Only a budget in
        trials is reproducible: how many trials start before a deadline depends on the machine.

        A refusal of ours (a FraudDetectionError that is not worth a retry) is the trial's failure
        and is kept with its reason. Any other exception, Ctrl-C too, is raised, and its slot is
        left to be run again. Raises Unavailable when the storage does not answer.
        """
        self._require_an_end(until)
        with Heart(self._beat, self._grace / BEATS_PER_GRACE) as heart:
            pause = FIRST_PAUSE_SECONDS
            while until is None or datetime.now(UTC) < until:
                table = self._table()
                batch = self._open_batch(table)
                if batch is None:
                    return
                trial = self._claimed(table, batch, on_event)
                if trial is not None:
                    reporter = Reporter(trial, self._store, self._pruner(batch), heart)
                    run_trial(trial, objective, self._store, reporter, heart=heart, tell=on_event)
                    pause = FIRST_PAUSE_SECONDS
                else:
                    time.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def trials(self) -> list[FinishedTrial]:
        """Return every finished slot, in slot order."""
        return [finished_trial(trial) for trial in self._table().finished()]

    def completed(self) -> list[FinishedTrial]:
        """Return the completed trials, highest value first; equals by slot."""
        return _completed(self.trials())

    def in_memory(self) -> optuna.Study:
        """Return the finished trials as an Optuna study, for its plots; without failed ones."""
        return study_in_memory(self._table().finished())

    def progress(self) -> StudyProgress:
        """Return the counts of trials by state, and the best one."""
        table = self._table()
        trials = [finished_trial(trial) for trial in table.finished()]
        states = [trial.state for trial in trials]
        return StudyProgress(
            slots=self.request.slots,
            complete=states.count("complete"),
            pruned=states.count("pruned"),
            failed=states.count("failed"),
            running=len(table.running),
            deaths=len(table.deaths),
            best=next(iter(_completed(trials)), None),
        )

    def deaths(self) -> list[tuple[int, dict[str, object]]]:
        """Return the slots that lost a worker, with that worker, in the order of the attempts."""
        dead = self._table().deaths
        return [(trial.user_attrs[SLOT], trial.user_attrs.get(WORKER, {})) for trial in dead]

    def give_up(self, slot: int, reason: str) -> None:
        """Finish a slot as failed, unless it has finished: it will not be tried again.

        NotFound when its batch has not been reached.
        """
        table = self._table()
        batch = slot // self.request.batch_size
        if slot not in table.slots and batch == self._open_batch(table):
            self._create([slot], batch, table)
        trial = self._table().slots.get(slot)
        if trial is None:
            message = (
                f"Slot {slot} of study {self.request.name} has not been reached; it was not "
                "given up."
            )
            raise NotFound(message)
        if self._store.note(trial, RESULT, {"reason": reason}):
            self._store.finish(trial, TrialState.FAIL)

    def requeue_orphans(self, on_event: OnEvent = ignore) -> None:
        """Take trials from workers that are gone, so that they are run again."""
        for trial in self._table().running:
            if self._watch.is_dead(trial):
                self._void(trial, DIED)
                on_event(TrialVoided(trial.user_attrs[SLOT], DIED))

    def _require_an_end(self, until: datetime | None) -> None:
        if self.request.slots is None and until is None:
            what, problem = (
                f"The budget of study {self.request.name}",
                "it has no end; ask for a number of trials, or say when to stop",
            )
            raise InvalidParams(what, [problem])

    def _table(self) -> TrialTable:
        return TrialTable(self._store.trials())

    def _open_batch(self, table: TrialTable) -> int | None:
        """Return the first batch that has an unfinished slot."""
        slots, size = self.request.slots, self.request.batch_size
        batch = 0
        while slots is None or batch * size < slots:
            if len(table.finished(self._slots_of(batch))) < len(self._slots_of(batch)):
                return batch
            batch += 1
        return None

    def _slots_of(self, batch: int) -> range:
        start = batch * self.request.batch_size
        end = start + self.request.batch_size
        return range(start, end if self.request.slots is None else min(end, self.request.slots))

    def _claimed(self, table: TrialTable, batch: int, on_event: OnEvent) -> FrozenTrial | None:
        """Claim a trial of the batch; None when each has finished or is in other hands."""
        missing = [slot for slot in self._slots_of(batch) if slot not in table.slots]
        if missing:
            self._create(missing, batch, table)
            table = self._table()
        for spare in table.spare:
            self._void(spare, "another trial has its slot")
        for slot in self._slots_of(batch):
            trial = table.slots.get(slot)
            is_waiting = trial is not None and trial.state == TrialState.WAITING
            if trial is not None and is_waiting and self._take(trial):
                return trial
        self.requeue_orphans(on_event)
        return None

    def _take(self, trial: FrozenTrial) -> bool:
        try:
            return self._store.claim(trial) and self._store.note(trial, WORKER, this_worker())
        except BaseException:
            # Interrupted within, nobody can tell whose it is. At worst another's attempt is lost.
            with suppress(Unavailable):
                if WORKER not in self._store.trials()[trial.number].user_attrs:
                    self._void(trial, INTERRUPTED)
            raise

    def _create(self, slots: list[int], batch: int, table: TrialTable) -> None:
        start = batch * self.request.batch_size
        drawn = draw_batch(self.request, batch, table.finished(range(start)))
        for slot in slots:
            if slot in self._table().slots:
                continue  # another worker was quicker
            one = drawn[slot - start]
            self._store.create(one.parameters, one.distributions, self._facts(slot, batch, one))

    def _facts(self, slot: int, batch: int, drawn: Drawn) -> dict[str, object]:
        algorithm, hyperparameters = self.request.search_space.chosen(drawn.parameters)
        return {
            SLOT: slot,
            "batch": batch,
            SEED: self.request.trial_seed(slot),
            ALGORITHM_NAME: algorithm,
            HYPERPARAMETERS: hyperparameters,
        }

    def _pruner(self, batch: int) -> Pruner:
        return Pruner(self.request.prune_below, lambda: self._earlier(batch))

    def _earlier(self, batch: int) -> optuna.Study:
        """Return the finished trials of earlier batches, rebuilt once a batch."""
        if self._learned is None or self._learned[0] != batch:
            finished = self._table().finished(range(batch * self.request.batch_size))
            self._learned = (batch, study_in_memory(finished))
        return self._learned[1]

    def _beat(self, trial: FrozenTrial, count: int) -> bool:
        return self._store.note(trial, BEAT, count)

    def _void(self, trial: FrozenTrial, why: str) -> None:
        if self._store.note(trial, VOID, why):
            self._store.finish(trial, TrialState.FAIL)


def _completed(trials: list[FinishedTrial]) -> list[FinishedTrial]:
    def rank(trial: FinishedTrial) -> tuple[float, int]:
        return -(trial.value or 0.0), trial.slot

    return sorted((trial for trial in trials if trial.state == "complete"), key=rank)
