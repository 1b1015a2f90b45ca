"""Deploy: serves the evaluated model at the production endpoint, or rolls back."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from catalog.model_archive import DescribedModel, describe_model
from catalog.prepared_data import read_manifest
from foundation import locations
from foundation.errors import (
    FraudDetectionError,
    InvalidData,
    ServiceRefused,
    Unavailable,
)
from foundation.executions import Execution
from foundation.params import Params
from pipeline.evaluate import EvaluateOutput
from pipeline.scoring import score_rows
from pipeline.training.endpoint_rollback import EndpointMetadata, Rollback, previous_deployment
from pipeline.training.served_data import replacement_problem
from pipeline.training.train_output import TrainOutput

if TYPE_CHECKING:
    import polars as pl

    from pipeline.services.endpoints import Endpoints, EndpointState
    from pipeline.services.waiter import OnWait

STAGE = "deploy"


class DeployParams(Params):
    """Time-out of the endpoint, attempts at its health check, and what it may replace."""

    timeout_seconds: int = Field(default=900, ge=1)  # to come up, and again to go back
    attempts: int = Field(default=5, ge=1, le=20)  # at the health check
    replace_other_data: bool = False  # the model of another data set


class DeployOutput(BaseModel):
    """The model that serves now, and the one that it replaced."""

    model_config = ConfigDict(frozen=True)

    endpoint: EndpointMetadata
    replaced_model: str | None  # its digest; None for a first deployment
    golden_rows_checked: int

    def endpoint_table(self) -> "pl.DataFrame":
        """Return the endpoint's facts as a table of two text columns."""
        import polars as pl

        shown = self.endpoint.model_dump(mode="json", exclude={"roles"}) | {
            "columns": ", ".join(self.endpoint.columns),
            **self._texts_and_gaps(),
            **{str(role): "none" for role in self.endpoint.roles.missing},
            "replaced_model": self.replaced_model or "none",
            "golden_rows_checked": self.golden_rows_checked,
        }
        rows = [(name, str(value)) for name, value in shown.items()]
        return pl.DataFrame(rows, schema=["endpoint", "value"], orient="row")

    def _texts_and_gaps(self) -> dict[str, str]:
        """List text columns with their number of texts, and columns that may be empty, if any."""
        categories, may_miss = self.endpoint.categories, self.endpoint.may_miss
        counted = ", ".join(f"{name} ({len(texts)} texts)" for name, texts in categories.items())
        shown = {"categories": counted, "may_miss": ", ".join(may_miss)}
        return {name: text for name, text in shown.items() if text}


def deploy(
    execution: Execution,
    params: DeployParams,
    endpoints: "Endpoints",
    *,
    on_wait: "OnWait | None" = None,
) -> DeployOutput:
    """Create or update the production endpoint, check its health, and write `endpoint.json`.

    When the endpoint does not come up, or fails to reproduce the scores of the golden rows, it is
    rolled back to the model that it served before (a first endpoint is removed). `on_wait` gets the
    status and the seconds waited so far.

    Raises:
        InvalidData: The model of the last training was not evaluated, or the endpoint serves the
            model of another data set; nothing was touched.
        ServiceRefused, Unavailable: The deployment failed; the message names what serves now.
    """
    digest = passed_model(execution)
    described = describe_model(execution, digest)
    name, patience = execution.settings.endpoint_name, params.timeout_seconds
    previous = previous_deployment(execution, endpoints, replaced_by=digest)
    serving = previous.model_digest if previous else None
    if serving is not None and not params.replace_other_data:
        _require_same_data(execution, described, serving)
    try:
        state = endpoints.deploy(
            name, model_digest=digest, timeout_seconds=patience, on_wait=on_wait
        )
        check_health(endpoints, state, described, attempts=params.attempts)
    except BaseException as failure:  # a notebook's stop button counts
        raise _undo_deployment(
            failure, Rollback(endpoints, name, previous, patience), digest
        ) from failure
    endpoint = _endpoint_metadata(execution, described, state, digest)
    execution.write(execution.settings.config_bucket, locations.ENDPOINT, endpoint.to_json())
    return execution.finish(
        STAGE,
        DeployOutput(
            endpoint=endpoint,
            replaced_model=previous.model_digest if previous else None,
            golden_rows_checked=len(described.metadata.golden.scores),
        ),
    )


def _require_same_data(execution: Execution, described: DescribedModel, serving: str) -> None:
    """Raise InvalidData where the endpoint serves the model of another data set."""
    new = read_manifest(execution, described.metadata.data_digest).data
    again = (
        f"ceap run training --replay {execution.id} --from deploy "
        "--set deploy.replace_other_data=true"
    )
    if problem := replacement_problem(execution, serving=serving, new=new, remedy=f"`{again}`"):
        raise InvalidData(problem)


def passed_model(execution: Execution) -> str:
    """Return the digest of the evaluated model; InvalidData when train has made another since."""
    trained = execution.result("train", TrainOutput).model_digest
    passed = execution.result("evaluate", EvaluateOutput).model_digest
    if trained != passed:
        message = (
            f"Only an evaluated model is deployed: train made {trained}, but evaluate passed "
            f"{passed}. Run evaluate again; the endpoint was not touched."
        )
        raise InvalidData(message)
    return passed


def check_health(
    endpoints: "Endpoints", state: "EndpointState", described: DescribedModel, *, attempts: int
) -> None:
    """Score the golden rows; InvalidData unless this very model answers with its scores."""
    golden = described.metadata.golden
    answered = score_rows(
        endpoints,
        state.name,
        golden.matrix(),
        described.columns,
        connections=1,
        attempts=attempts,
    )
    if answered.model_digest != state.model_digest:
        message = (
            f"Endpoint {state.name} was given model {state.model_digest}, but model "
            f"{answered.model_digest} answers."
        )
        raise InvalidData(message)
    golden.require_scores(answered.scores, source=f"Endpoint {state.name}")


def _undo_deployment(failure: BaseException, rollback: Rollback, digest: str) -> BaseException:
    """Roll the deployment back; return an error that names the failure and what serves now."""
    what_serves = rollback.undo()
    if not isinstance(failure, FraudDetectionError):
        failure.add_note(what_serves)
        return failure
    kind = Unavailable if failure.worth_retrying else ServiceRefused
    return kind(f"Model {digest[:12]} was not deployed: {failure} {what_serves}")


def _endpoint_metadata(
    execution: Execution, described: DescribedModel, state: "EndpointState", digest: str
) -> EndpointMetadata:
    metadata, columns = described.metadata, described.columns
    return EndpointMetadata(
        name=state.name,
        arn=state.arn,
        config_name=state.config_name,
        model_digest=digest,
        algorithm=metadata.algorithm,
        threshold=metadata.threshold,
        columns=metadata.columns,
        roles=columns.roles,
        categories={name: list(texts) for name, texts in columns.categories.items()},
        may_miss=sorted(columns.may_miss),
        input_reference=described.input_reference,
        deployed_at=execution.now(),
        execution_id=execution.id,
    )
