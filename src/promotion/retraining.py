"""Retraining: the training pipeline, started once for a promotion that requests it."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from foundation import locations
from foundation.aws import aws_errors, client, error_code
from foundation.commands import run_pipeline
from foundation.errors import AlreadyExists, FraudDetectionError, NotFound, ServiceRefused
from foundation.locations import uri
from foundation.record import Record
from foundation.settings import Settings
from promotion.production import ProductionSession
from promotion.protocol.journal import read_closing, read_journal
from promotion.protocol.state import current_promotion
from promotion.records import read_record

RETRAIN = "retrain.json"
CEAP = (sys.executable, "-P", "-m", "ceap")


class TrainingFailed(FraudDetectionError):
    """The training that a promotion started did not finish; the promotion stands."""


class TrainingStarter(Protocol):
    """Port that starts the training pipeline.

    Starting the same execution twice starts it once.
    """

    def start(self, execution_id: str, data: str = "") -> str:
        """Start the execution on a data set, and return what runs: an ARN, or a command.

        Without `data`, the data set is that of the parameter files.
        """
        ...


class StepFunctionsTraining:
    """A Standard state machine, which accepts each execution name once."""

    def __init__(self, settings: Settings) -> None:
        self._states: Any = client("stepfunctions", settings)
        self._machine = settings.training_state_machine

    def start(self, execution_id: str, data: str = "") -> str:
        request = {"execution_id": execution_id, **({"data": data} if data else {})}
        try:
            with aws_errors(f"Starting the execution {execution_id} of {self._machine}"):
                self._states.start_execution(
                    stateMachineArn=self._machine,
                    name=execution_id,
                    input=json.dumps(request),
                )
        except ServiceRefused as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise
        return f"{self._machine.replace(':stateMachine:', ':execution:')}:{execution_id}"


class LocalTraining:
    """The pipeline on this machine, watched to its end; finished stages are not run again."""

    def __init__(
        self,
        settings: Settings,
        *,
        command: Sequence[str] = CEAP,
        show: Callable[[str], object] = lambda line: sys.stdout.write(line),
    ) -> None:
        self._command, self._show = tuple(command), show
        self._environment = {
            **os.environ,
            "CEAP_ENVIRONMENT": settings.environment,
            "CEAP_STATE_DIRECTORY": str(settings.state_directory),
        }

    def start(self, execution_id: str, data: str = "") -> str:
        resume_command = run_pipeline("training", execution_id=execution_id, data=data)
        code = self._run([*self._command, *shlex.split(resume_command)[1:]])
        if code:
            message = (
                f"Training ended with exit code {code}. Promotion {execution_id} stands: its "
                f"configuration is in production. What training finished stands too; resume it "
                f"with: {resume_command}"
            )
            raise TrainingFailed(message)
        return resume_command

    def _run(self, command: Sequence[str]) -> int:
        """Run the command and show its output; an interrupt is passed on to it."""
        # Through a pipe: a notebook shows the output of this process, not that of its children.
        process = subprocess.Popen(
            command,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # a Ctrl-C in a terminal reaches it once: from here
        )
        with process:
            try:
                for line in process.stdout or ():
                    self._show(line)
                return process.wait()
            except BaseException:
                process.send_signal(signal.SIGINT)
                process.communicate()  # until it has stopped its stages in order
                raise


class Training(Record):
    """The execution that trains the configuration of a promotion, and who started it."""

    promotion_id: str
    runs: str
    started_by: str
    started_at: datetime


def open_starter(settings: Settings) -> TrainingStarter:
    """Return a starter for the state machine of `settings`, or for this machine without one."""
    if settings.training_state_machine:
        return StepFunctionsTraining(settings)
    return LocalTraining(settings)


def retrain_if_due(
    promotion_id: str, production: ProductionSession, starter: TrainingStarter
) -> str | None:
    """Start the training that a promotion requested; return what runs, None when nothing is due.

    Training is due only for a finished promotion that is in production, and starts once: the
    promotion's id is the name of the execution. A second try after a failure resumes the same
    execution.
    """
    if not _is_due(promotion_id, production):
        return None
    if started := read_training(promotion_id, production):
        return started.runs
    plan = read_journal(promotion_id, production).plan
    training = Training(
        promotion_id=promotion_id,
        runs=_start(promotion_id, plan.run.data or "", starter),
        started_by=production.who,
        started_at=production.now(),
    )
    key = locations.promotion_key(promotion_id, RETRAIN)
    with suppress(AlreadyExists):  # a recovery started the same execution, and recorded it first
        production.objects.write_once(production.bucket, key, training.to_json())
    return training.runs


def retrain_current_if_due(production: ProductionSession, starter: TrainingStarter) -> str | None:
    """Start the training that the promotion in production requested, unless it was started before.

    A promotion may be finished while its process died before it started the training. Returns what
    runs now, None when nothing is due.
    """
    current = current_promotion(production)
    if current is None or read_training(current, production):
        return None
    return retrain_if_due(current, production, starter)


def _start(promotion_id: str, data: str, starter: TrainingStarter) -> str:
    try:
        return starter.start(promotion_id, data)
    except TrainingFailed:
        raise
    except FraudDetectionError as error:
        message = (
            f"Training was not started: {error} Promotion {promotion_id} stands: its configuration "
            "is in production. To start it: ceap promotion recover, or "
            f"{run_pipeline('training', execution_id=promotion_id, data=data)}"
        )
        raise TrainingFailed(message) from error


def read_training(promotion_id: str, production: ProductionSession) -> Training | None:
    """Read the training that was started for a promotion; None when none was."""
    key = locations.promotion_key(promotion_id, RETRAIN)
    try:
        data = production.objects.read(production.bucket, key)
    except NotFound:
        return None
    return read_record(Training, data, source=uri(production.bucket, key))


def _is_due(promotion_id: str, production: ProductionSession) -> bool:
    """Return whether the training of a promotion is due.

    It is not due once another promotion replaced this one: the training would train the other.
    """
    closing = read_closing(promotion_id, production)
    if closing is None or closing.outcome != "finished":
        return False
    return (
        read_journal(promotion_id, production).plan.retrain
        and current_promotion(production) == promotion_id
    )
