"""Stage session: the services that stages use, each opened when it is first used."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from foundation.session import Session

if TYPE_CHECKING:
    # Each of these imports a library that most stages do without.
    from foundation.stores.topics import Topic
    from pipeline.services.endpoints import Endpoints
    from pipeline.services.metrics import Metrics
    from pipeline.services.scores import ScoresTable


@dataclass(frozen=True)
class StageSession(Session):
    """The services of one environment, and the execution that a notebook belongs to."""

    @cached_property
    def endpoints(self) -> "Endpoints":
        """The SageMaker endpoints."""
        from pipeline.services.endpoints import SageMakerEndpoints

        return SageMakerEndpoints(self.settings)

    @cached_property
    def scores(self) -> "ScoresTable":
        """The table of scores."""
        from pipeline.services.scores import DynamoScoresTable

        return DynamoScoresTable(self.settings)

    @cached_property
    def alerts(self) -> "Topic":
        """The topic of alerts."""
        return self._topic(self.settings.alerts_topic)

    @cached_property
    def monitoring(self) -> "Topic":
        """The topic of monitoring messages."""
        return self._topic(self.settings.monitoring_topic)

    @cached_property
    def metrics(self) -> "Metrics":
        """CloudWatch metrics."""
        from pipeline.services.metrics import CloudWatchMetrics

        return CloudWatchMetrics(self.settings)

    def _topic(self, name: str) -> "Topic":
        from foundation.stores.topics import SnsTopic

        return SnsTopic(self.settings, name)


def open_session(execution_id: str) -> StageSession:
    """Open the environment that `CEAP_ENVIRONMENT` names, for one execution.

    An execution id that starts with "interactive" is for trials: outputs may be overwritten.
    """
    return StageSession.open(execution_id)
