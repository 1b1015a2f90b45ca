"""An ablation is a run, each feature set a child with what it added."""

from experiments.ablation.result import Ablation
from experiments.session import ExperimentSession
from fakes.ports.tracking import FakeTracking


def test_each_set_is_a_child_run(ablated: tuple[Ablation, ExperimentSession]) -> None:
    ablation, session = ablated
    assert isinstance(session.tracking, FakeTracking)
    children = session.tracking.children(ablation.run_id or "")
    assert {run.name for run in children} == {"plain", "amounts", "pairs"}
    recorded = {run.name: run.metrics["added"] for run in children}
    assert recorded == {
        each.features.name: each.added.difference.value for each in ablation.results
    }
