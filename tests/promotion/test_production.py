"""A production session: the stores of one environment, and who changes them."""

from datetime import UTC, datetime

from fakes.ports.settings import fake_settings
from fakes.promotions.production import fake_production
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from foundation.stores.parameter_store import SsmParameterStore
from promotion.production import READS_ONLY, ProductionSession, utc_now


def test_the_configuration_is_in_the_bucket_for_configurations() -> None:
    production = fake_production(settings=fake_settings())
    assert production.bucket == fake_settings().config_bucket


def test_an_environment_is_opened_over_its_own_settings(moto_settings: Settings) -> None:
    production = ProductionSession.open(settings=moto_settings)

    assert production.settings == moto_settings
    assert isinstance(production.objects, S3ObjectStore)
    assert isinstance(production.parameters, SsmParameterStore)
    assert production.who
    assert production.execution_id == READS_ONLY


def test_the_clock_is_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= utc_now() <= datetime.now(UTC)
    assert utc_now().tzinfo is UTC
