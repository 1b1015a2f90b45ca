"""Endpoints in memory, which answer like the real ones and can be told to fail."""

import io
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import orjson
import polars as pl

from fakes.ports.settings import fake_settings
from foundation.errors import NotFound, ServiceRefused, Unavailable
from fraud.scoring.model_columns import ModelColumns
from pipeline.services.endpoint_errors import rows_refused
from pipeline.services.endpoint_names import belongs_to, definition
from pipeline.services.endpoints import EndpointState
from serving.payload import rows_from_body

Scorer = Callable[[Any], Any]  # float64[n, d] → float64[n]
Misbehaviour = Literal[
    "is gone", "is slow", "answers 500", "answers NaN", "answers too few", "answers 1.5",
    "answers no JSON", "refuses row 1", "changes model",
]  # fmt: skip


def sigmoid_of_sum(rows: Any) -> Any:
    """A model for tests that do not care which."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-rows.sum(axis=1)))


@dataclass(frozen=True)
class Config:
    model_name: str
    model_digest: str


class FakeEndpoints:
    """SageMaker's endpoints without the waiting.

    `model` gives the scorer of a model digest, or raises NotFound for one that cannot be served;
    rows reach the scorer in the order of their columns in the request. `columns` are those of a
    model with texts and gaps, and read then as the container reads them. `fail_next` makes the next
    requests go wrong, and `refuse_deployments` every deployment.
    """

    def __init__(
        self,
        model: Callable[[str], Scorer] = lambda digest: sigmoid_of_sum,
        *,
        columns: ModelColumns | None = None,
    ) -> None:
        self.endpoints: dict[str, EndpointState] = {}
        self.configs: dict[str, Config] = {}
        self.requests: list[tuple[str, int]] = []  # endpoint, rows
        self.deployments: list[tuple[str, str]] = []  # endpoint, config: each that changed it
        self._model, self._columns, self._lock = model, columns, threading.Lock()
        self._failures: deque[Misbehaviour] = deque()
        self._refusal: str | None = None

    def fail_next(self, how: Misbehaviour, *, times: int = 1) -> None:
        self._failures.extend([how] * times)

    def refuse_deployments(self, reason: str | None) -> None:
        """Fail the health check of whatever is deployed from now on; None ends it."""
        self._refusal = reason

    def deploy(
        self,
        name: str,
        *,
        model_digest: str,
        timeout_seconds: float = 900,
        on_wait: Callable[[str, float], None] | None = None,
    ) -> EndpointState:
        defined = definition(name, model_digest, fake_settings())
        self.configs[defined.name] = Config(defined.name, model_digest)
        if on_wait is not None:
            on_wait("Updating" if name in self.endpoints else "Creating", 0.0)
        return self._bring_to(name, defined.name)

    def use_config(
        self, name: str, config_name: str, *, timeout_seconds: float = 900
    ) -> EndpointState:
        if config_name not in self.configs:
            message = f"There is no endpoint configuration {config_name}; {name} was not touched."
            raise NotFound(message)
        return self._bring_to(name, config_name)

    def describe(self, name: str) -> EndpointState | None:
        return self.endpoints.get(name)

    def remove(self, name: str) -> None:
        self.endpoints.pop(name, None)
        self.configs = {
            config: c for config, c in self.configs.items() if not belongs_to(config, name)
        }

    def invoke(self, name: str, body: bytes, content_type: str) -> bytes:
        assert content_type == "text/csv", "the fake reads what the pipeline writes"
        rows = self._rows(body)
        with self._lock:
            self.requests.append((name, len(rows)))
            failure = self._failures.popleft() if self._failures else None
        state = self.endpoints.get(name)
        if state is None or state.status != "InService" or failure == "is gone":
            message = f"Scoring through endpoint {name} failed: there is no endpoint {name}. "
            raise NotFound(message + "Deploy one: ceap run training")
        return self._answer(state, rows, failure)

    def _rows(self, body: bytes) -> Any:
        if self._columns is not None:
            return rows_from_body(body, "text/csv", self._columns)
        return pl.read_csv(io.BytesIO(body), infer_schema=False).cast(pl.Float64).to_numpy()

    def _bring_to(self, name: str, config: str) -> EndpointState:
        before = self.endpoints.get(name)
        if before and (before.status, before.config_name) == ("InService", config):
            return before
        self.deployments.append((name, config))
        reason = self._refusal or self._fault_of(config)
        if reason is None:
            self.endpoints[name] = self._state(name, config, "InService", None)
            return self.endpoints[name]
        if before is None or before.status == "Failed":
            self.endpoints[name] = self._state(name, config, "Failed", reason)
            now = "nothing does: it is Failed"
        else:
            self.endpoints[name] = before.model_copy(update={"failure_reason": reason})
            now = f"model {before.model_digest} ({before.config_name}) still does"
        message = f"Endpoint {name} does not serve {config}; {now}. SageMaker says: {reason}"
        raise ServiceRefused(message)

    def _fault_of(self, config: str) -> str | None:
        try:
            self._model(self.configs[config].model_digest)
        except NotFound as error:
            return str(error)
        return None

    def _state(self, name: str, config: str, status: str, reason: str | None) -> EndpointState:
        return EndpointState(
            name=name,
            status=status,
            config_name=config,
            model_name=self.configs[config].model_name,
            model_digest=self.configs[config].model_digest,
            arn=f"arn:aws:sagemaker:us-east-1:000000000000:endpoint/{name}",
            failure_reason=reason,
        )

    def _answer(self, state: EndpointState, rows: Any, failure: Misbehaviour | None) -> bytes:
        action = f"Scoring through endpoint {state.name}"
        if failure == "is slow":
            message = f"{action} failed: Read timeout on endpoint URL"
            raise Unavailable(message)
        if failure == "answers 500":
            message = f"{action} failed: ModelError: Received server error (500) from primary"
            raise Unavailable(message)
        if failure == "refuses row 1":
            raise rows_refused(action, '{"error": "Row 1 is wrong.", "row": 1, "column": "V1"}')
        if failure == "answers no JSON":
            return b"<html>"
        digest = state.model_digest or ""
        scores = np.array(self._model(digest)(rows), dtype=np.float64)
        wrong = {"answers NaN": np.nan, "answers 1.5": 1.5}
        if failure in wrong:
            scores[0] = wrong[failure]
        if failure == "answers too few":
            scores = scores[:-1]
        answer = {"model_digest": "f" * 64 if failure == "changes model" else digest}
        return orjson.dumps({**answer, "scores": scores}, option=orjson.OPT_SERIALIZE_NUMPY)
