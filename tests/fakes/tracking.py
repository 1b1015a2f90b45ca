"""A tracking server in memory, which can be down."""

from collections.abc import Mapping

from foundation.errors import Unavailable
from foundation.tracking import TrackedRun


class FakeTracking:
    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.runs: dict[str, TrackedRun] = {}
        self.artifacts: dict[str, dict[str, bytes]] = {}

    def log(self, run: TrackedRun, artifacts: Mapping[str, bytes]) -> str:
        self._answer()
        run_id = f"run-{len(self.runs) + 1}"
        self.runs[run_id], self.artifacts[run_id] = run, dict(artifacts)
        return run_id

    def add(
        self, run_id: str, metrics: Mapping[str, float], artifacts: Mapping[str, bytes]
    ) -> None:
        self._answer()
        if run_id not in self.runs:
            message = f"Adding to run {run_id} failed: there is no such run."
            raise Unavailable(message)
        run = self.runs[run_id]
        self.runs[run_id] = run.model_copy(update={"metrics": {**run.metrics, **metrics}})
        self.artifacts[run_id].update(artifacts)

    def _answer(self) -> None:
        if self.down:
            message = "Recording a run failed: the tracking server was told to be down."
            raise Unavailable(message)
