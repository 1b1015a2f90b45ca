"""Promotion end to end: a scheduled search proposes, people promote, look, repair and go back."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from foundation import locations
from foundation.object_store import S3ObjectStore
from foundation.parameter_store import SsmParameterStore
from foundation.production_config import ProductionConfig, from_parameter, read_production_config
from foundation.settings import Settings
from fraud.simulation import HEADER, creditcard_like, csv_text
from local_aws.inbox import arrived

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
}
SMALL_DATA = {"prepare.minimum_rows": "1000", "prepare.require_digest": "false"}
# A small sample passes no honest gate; whoever forces says why, and who agreed.
FORCED = ("--force", "--approved-by", "grace")


def ceap(*words: str, code: int = 0) -> str:
    """Run a command as a person does; return all it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "ceap", *words], capture_output=True, text=True, timeout=280
    )
    assert done.returncode == code, f"ceap {' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def sets(values: dict[str, str]) -> list[str]:
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


@pytest.fixture(scope="module")
def town(local_aws: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A small data set, prepared and explored, with two models to promote."""
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
            "compare", "--algorithm", "logistic_regression", "--algorithm", "random_forest",
            "--set", "folds=2", "--set", "resamples=50",
        )  # fmt: skip
        yield local_aws


@pytest.fixture(scope="module")
def proposed(town: Settings) -> str:
    return ceap("run", "retune", "--execution-id", "retune-e2e", *sets(TUNE))


def in_production(settings: Settings) -> ProductionConfig:
    config = read_production_config(S3ObjectStore(settings), settings)
    assert config is not None
    return config


def test_a_scheduled_search_proposes_and_changes_nothing(town: Settings, proposed: str) -> None:
    assert re.search(r"promote +(PROMOTE|HOLD|REJECT): ", proposed)
    told = [one for one in arrived(town, town.monitoring_topic) if "verdict" in one.attributes]
    assert len(told) == 1
    assert read_production_config(S3ObjectStore(town), town) is None


def test_promoted_rolled_back_and_undone_in_one_terminal(town: Settings, proposed: str) -> None:
    planned = ceap("promote", "comparisons", "--dry-run")
    assert "nothing was written" in planned.lower()
    assert read_production_config(S3ObjectStore(town), town) is None

    ceap("promote", "comparisons", "--reason", "to begin with", *FORCED)
    first = in_production(town)
    ceap("promote", "tuning", "--reason", "tuned", *FORCED)
    second = in_production(town)
    assert second.follows == first.promotion_id

    ceap("rollback", "--reason", "alerts doubled")
    back = in_production(town)
    assert (back.restores, back.trained()) == (first.promotion_id, first.trained())
    ceap("rollback", "--reason", "it was the weather")
    assert in_production(town).trained() == second.trained()

    history = " ".join(ceap("promotion", "history").split())  # however it was folded
    for told in ("to begin with", "tuned", "alerts doubled", "it was the weather", "ada", "grace"):
        assert told in history
    assert history.count("rolled back") == 2
    assert re.search(r"run \w{12} of tuning, notebook experiments/4_tune.ipynb", history)


def test_training_makes_what_was_promoted(town: Settings, proposed: str) -> None:
    config = in_production(town)
    printed = ceap(
        "run", "training", "--execution-id", config.promotion_id, "--set",
        "evaluate.minimum_average_precision=0", *sets(SMALL_DATA),
    )  # fmt: skip
    assert f"The {config.algorithm} model" in printed


def test_a_parameter_edited_by_hand_is_named_and_put_right(town: Settings, proposed: str) -> None:
    assert "agree" in ceap("promotion", "verify")
    name = locations.hyperparameter(next(iter(in_production(town).hyperparameters)))
    parameters = SsmParameterStore(town)
    right = parameters.read([name])[name].value
    parameters.write(name, "777")

    assert name in ceap("promotion", "verify", code=3)
    ceap("promotion", "verify", "--repair")
    assert parameters.read([name])[name].value == right
    whole = parameters.read([locations.CONFIG_PARAMETER])[locations.CONFIG_PARAMETER].value
    assert from_parameter(whole, source="the test") == in_production(town)


def test_while_production_is_frozen_nothing_is_promoted_or_trained(
    town: Settings, proposed: str
) -> None:
    before = in_production(town)
    ceap("promotion", "freeze", "--reason", "audit week")
    assert "audit week" in ceap("rollback", "--reason", "now", code=1)
    assert "audit week" in ceap("run", "training", code=1)
    ceap("promotion", "lift", "--reason", "audit is over")

    assert in_production(town) == before
    assert "No promotion was left open" in ceap("promotion", "recover")
