"""What production keeps of a candidate is loaded again, and trained again, as the same model."""

import pytest

from catalog.labelled_splits import read_labelled
from catalog.model_archive import load_model
from catalog.prepared_data import read_manifest
from experiments.session import ExperimentSession
from fakes.studies.tuning import session_in, tuned_in
from foundation import locations
from foundation.digests import digest_of_files
from foundation.production.config import sealed
from foundation.stores.archives import pack
from fraud.data.labelled_rows import LabelledRows
from pipeline.training.training_config import training_config
from promotion.candidates.candidate import Candidate, load_candidate
from promotion.candidates.kept_model import archive_files, config_digest, configuration


@pytest.fixture(scope="module")
def tuned(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[ExperimentSession, Candidate, LabelledRows]:
    session = session_in(tmp_path_factory.mktemp("state"))
    tuned_in(session, trials=1, confirm=1, workers=1)
    candidate = load_candidate("", session.tracking)
    manifest = read_manifest(session.execution, candidate.recorded.data_digest)
    return session, candidate, read_labelled(session.execution, manifest, "validation")


def test_what_was_kept_is_loaded_as_the_same_model(
    tuned: tuple[ExperimentSession, Candidate, LabelledRows],
) -> None:
    session, candidate, validation = tuned
    files = archive_files(candidate, validation)
    digest = digest_of_files(files)
    key = locations.model_archive_key(digest)
    session.objects.write(session.settings.models_bucket, key, pack(files))
    loaded = load_model(session.execution, digest)
    assert loaded.model.to_files() == candidate.recorded.model.to_files()
    assert loaded.metadata.data_digest == candidate.recorded.data_digest
    golden = loaded.metadata.golden
    golden.require_scores(loaded.model.scores(golden.matrix()), source="It")


def test_an_equal_candidate_is_kept_under_the_same_digest(
    tuned: tuple[ExperimentSession, Candidate, LabelledRows],
) -> None:
    session, candidate, validation = tuned
    again = load_candidate(candidate.facts.run_id, session.tracking)
    assert archive_files(again, validation) == archive_files(candidate, validation)


def test_its_configuration_is_one_that_training_takes_and_gives_the_digest_of(
    tuned: tuple[ExperimentSession, Candidate, LabelledRows],
) -> None:
    _, candidate, validation = tuned
    files = archive_files(candidate, validation)
    config = sealed(promotion_id="promotion-1", **configuration(candidate, {}, files))
    asked = training_config(config, seed=config.seed or 0, source="test")
    assert asked.digest == config_digest(candidate.recorded.model)
    assert config.model_digest == digest_of_files(files)
    assert config.lineage["run_id"] == candidate.facts.run_id
    assert config.lineage["data"] == "creditcard"
    assert config.lineage["simulated"] == "true"
    assert config.decision_threshold == candidate.recorded.model.threshold
