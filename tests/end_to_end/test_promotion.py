"""Promotion end to end: a scheduled search proposes, people promote, look, repair and go back."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from fakes.processes.commands import run_ceap
from foundation import locations
from foundation.production.config import (
    ProductionConfig,
    from_parameter,
    parse_production_config,
    read_production_config,
)
from foundation.settings import Settings, project_root
from foundation.stores.object_store import S3ObjectStore
from foundation.stores.parameter_store import SsmParameterStore
from fraud.simulation.creditcard import HEADER, creditcard_like, csv_text
from local_aws.inbox import messages

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

TUNE = {
    "tune.algorithms": "[logistic_regression]",
    "tune.trials": "4",
    "tune.batch": "2",
    "tune.folds": "2",
    "tune.confirm": "2",
    "tune.resamples": "50",
    "tune.bags": "2",
    "tune.workers": "1",
}
SMALL_DATA = {"prepare.minimum_rows": "1000", "prepare.require_digest": "false"}
# What a small sample can hold to, of code that is being worked on and on a machine that is busy.
MODEST = {
    "minimum_times_guessing": 1,
    "calibration": {"maximum_calibration_error": 1},
    "budgets": {"maximum_p99_milliseconds": 60_000},
    "leakage": {"require_report": False},
    "lineage": {"require_clean_tree": False},
}
# By the bars of the project it passes none; whoever forces says why, and who agreed.
FORCED = ("--force", "--approved-by", "grace")


def ceap(*words: str, code: int = 0, **environment: str) -> str:
    """Run a command as a person does; return all it printed."""
    done = run_ceap(*words, **environment)
    assert done.code == code, f"ceap {' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def sets(values: dict[str, str]) -> list[str]:
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


@pytest.fixture
def settings(local_aws: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A small data set, prepared, with two models to promote."""
    raw = tmp_path_factory.mktemp("raw") / "raw.csv"
    raw.write_text(HEADER + csv_text(creditcard_like(8_000, frauds=120, seed=1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEAP_STATE_DIRECTORY", str(local_aws.state_directory))
        patch.setenv("CEAP_ENVIRONMENT", "local")
        patch.setenv("CEAP_USER", "ada")
        patch.setenv("COLUMNS", "200")
        ceap("data", "ingest", str(raw), "--other-data")
        ceap("stage", "training/prepare", "--execution-id", "promotion-data", *sets(SMALL_DATA))
        ceap(
            "compare", "--algorithm", "lightgbm", "--set", "folds=2", "--set", "resamples=50",
            "--set", "workers=1",
        )  # fmt: skip
        yield local_aws


@pytest.fixture
def modest(tmp_path: Path) -> str:
    """A copy of the project whose policy and description ask for less."""
    for folder in ("params", "notebooks"):
        shutil.copytree(project_root() / folder, tmp_path / folder)
    (tmp_path / "params" / "promotion" / "policy.yaml").write_text(yaml.safe_dump(MODEST))
    description = tmp_path / "params" / "data" / "creditcard.yaml"
    described = yaml.safe_load(description.read_text())
    del described["floors"]
    description.write_text(yaml.safe_dump(described))
    return str(tmp_path)


def in_production(settings: Settings) -> ProductionConfig:
    config = read_production_config(S3ObjectStore(settings), settings)
    assert config is not None
    return config


def test_a_model_is_proposed_promoted_taken_back_trained_and_looked_after(
    settings: Settings, modest: str
) -> None:
    # One test: each of these goes on from what the one before has left.
    a_scheduled_search_proposes_and_changes_nothing(settings)
    a_dry_run_shows_everything_and_changes_nothing(settings, modest)
    what_passes_every_gate_is_promoted_without_force(settings, modest)
    what_does_not_is_refused_and_can_be_forced(settings)
    a_rollback_brings_the_former_back_and_another_undoes_it(settings)
    the_history_tells_all_of_it()
    training_makes_what_was_promoted(settings)
    a_parameter_edited_by_hand_is_named_and_put_right(settings)
    while_production_is_frozen_nothing_is_promoted_or_trained(settings)


def a_scheduled_search_proposes_and_changes_nothing(settings: Settings) -> None:
    proposed = ceap("run", "retune", "--execution-id", "promotion-retune", *sets(TUNE))
    assert re.search(r"promote +(PROMOTE|HOLD|REJECT): ", proposed)
    told = [
        one for one in messages(settings, settings.monitoring_topic) if "verdict" in one.attributes
    ]
    assert len(told) == 1
    assert read_production_config(S3ObjectStore(settings), settings) is None


def a_dry_run_shows_everything_and_changes_nothing(settings: Settings, modest: str) -> None:
    planned = " ".join(ceap("promote", "comparisons", "--dry-run", CEAP_PROJECT=modest).split())
    assert "The candidate is the best of experiment comparisons" in planned
    assert "Nothing was written; this was a dry run." in planned
    assert read_production_config(S3ObjectStore(settings), settings) is None


def what_passes_every_gate_is_promoted_without_force(settings: Settings, modest: str) -> None:
    ceap("promote", "comparisons", "--reason", "to begin with", CEAP_PROJECT=modest)
    assert in_production(settings).follows is None


def what_does_not_is_refused_and_can_be_forced(settings: Settings) -> None:
    first = in_production(settings)
    assert "Production is unchanged." in ceap("promote", "tuning", "--reason", "tuned", code=1)
    assert in_production(settings) == first

    ceap("promote", "tuning", "--reason", "tuned", *FORCED)
    assert in_production(settings).follows == first.promotion_id


def a_rollback_brings_the_former_back_and_another_undoes_it(settings: Settings) -> None:
    store, second = S3ObjectStore(settings), in_production(settings)
    archived = store.read(
        settings.config_bucket, locations.archived_config_key(str(second.follows))
    )
    first = parse_production_config(archived, source="the archive")

    ceap("rollback", "--reason", "alerts doubled")
    back = in_production(settings)
    assert (back.restores, back.training_fields()) == (first.promotion_id, first.training_fields())
    ceap("rollback", "--reason", "it was the weather")
    assert in_production(settings).training_fields() == second.training_fields()


def the_history_tells_all_of_it() -> None:
    history = " ".join(ceap("promotion", "history").split())  # however it was folded
    for told in ("to begin with", "tuned", "alerts doubled", "it was the weather", "ada", "grace"):
        assert told in history
    assert history.count("rolled back") == 2
    assert history.count("FORCED past the gates") == 1
    assert re.search(r"run \w{12} of tuning, notebook experiments/4_tune.ipynb", history)


def training_makes_what_was_promoted(settings: Settings) -> None:
    config = in_production(settings)
    printed = ceap(
        "run", "training", "--execution-id", config.promotion_id, "--set",
        "evaluate.minimum_average_precision=0", "--set", "evaluate.minimum_recall_at_1pct_fpr=0",
        *sets(SMALL_DATA),
    )  # fmt: skip
    assert f"The {config.algorithm} model" in printed


def a_parameter_edited_by_hand_is_named_and_put_right(settings: Settings) -> None:
    assert "agree" in ceap("promotion", "verify")
    name = locations.hyperparameter_name(next(iter(in_production(settings).hyperparameters)))
    parameters = SsmParameterStore(settings)
    right = parameters.read([name])[name].value
    parameters.write(name, "777")

    assert name in ceap("promotion", "verify", code=3)
    ceap("promotion", "verify", "--repair")
    assert parameters.read([name])[name].value == right
    whole = parameters.read([locations.CONFIG_PARAMETER])[locations.CONFIG_PARAMETER].value
    assert from_parameter(whole, source="the test") == in_production(settings)


def while_production_is_frozen_nothing_is_promoted_or_trained(settings: Settings) -> None:
    before = in_production(settings)
    ceap("promotion", "freeze", "--reason", "audit week")
    assert "audit week" in ceap("rollback", "--reason", "now", code=1)
    assert "audit week" in ceap("run", "training", code=1)
    ceap("promotion", "lift", "--reason", "audit is over")

    assert in_production(settings) == before
    assert "No promotion was left open" in ceap("promotion", "recover")
