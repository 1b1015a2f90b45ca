"""Session: everything a notebook needs, opened in one line and no sooner than it is used."""

from functools import cached_property
from typing import TYPE_CHECKING

from foundation.executions import Execution
from foundation.settings import Settings, load_settings
from foundation.stores.object_store import ObjectStore, S3ObjectStore

if TYPE_CHECKING:
    # Each of these pulls in a library that most stages do without.
    from foundation.stores.topics import Topic
    from foundation.tracking.writer import Tracking
    from pipeline.services.endpoints import Endpoints
    from pipeline.services.metrics import Metrics
    from pipeline.services.scores import ScoresTable


class Session:
    """The services of one environment, and the execution that a notebook belongs to."""

    def __init__(self, execution_id: str, settings: Settings) -> None:
        self.execution_id, self.settings = execution_id, settings

    @cached_property
    def objects(self) -> ObjectStore:
        return S3ObjectStore(self.settings)

    @cached_property
    def execution(self) -> Execution:
        return Execution.open(self.execution_id, self.objects, self.settings)

    @cached_property
    def endpoints(self) -> "Endpoints":
        from pipeline.services.endpoints import SageMakerEndpoints

        return SageMakerEndpoints(self.settings)

    @cached_property
    def tracking(self) -> "Tracking":
        from foundation.tracking.writer import MlflowTracking

        return MlflowTracking(self.settings)

    @cached_property
    def scores(self) -> "ScoresTable":
        from pipeline.services.scores import DynamoScoresTable

        return DynamoScoresTable(self.settings)

    @cached_property
    def alerts(self) -> "Topic":
        return self._topic(self.settings.alerts_topic)

    @cached_property
    def monitoring(self) -> "Topic":
        return self._topic(self.settings.monitoring_topic)

    @cached_property
    def metrics(self) -> "Metrics":
        from pipeline.services.metrics import CloudWatchMetrics

        return CloudWatchMetrics(self.settings)

    def _topic(self, name: str) -> "Topic":
        from foundation.stores.topics import SnsTopic

        return SnsTopic(self.settings, name)


def open_session(execution_id: str) -> Session:
    """Open the environment that `CEAP_ENVIRONMENT` names, for one execution.

    An id that starts with "interactive" is for trying things out: its outputs may be overwritten.
    """
    return Session(execution_id, load_settings())
