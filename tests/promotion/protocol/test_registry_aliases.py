"""Registry aliases: champion and previous follow what is in production."""

from fakes.ports.model_registry import FakeRegistry
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, promote
from promotion.production import ProductionSession
from promotion.protocol.registry_aliases import expected_aliases, point_aliases, register


def test_the_aliases_name_the_champion_and_the_one_before(production: ProductionSession) -> None:
    first, second = promote(production, FIRST), promote(production, SECOND)

    registry = production.registry
    assert registry.version_at("champion") == registry.version_of(second.promotion_id) is not None
    assert registry.version_at("previous") == registry.version_of(first.promotion_id) is not None


def test_a_run_that_is_gone_has_no_version_and_holds_up_nothing() -> None:
    production = fake_production(registry=FakeRegistry(runs=["run-second"]))
    first = promote(production, FIRST)
    assert register(first.config, production) is None
    second = promote(production, SECOND)

    expected = {"champion": production.registry.version_of(second.promotion_id), "previous": None}

    assert expected["champion"] is not None
    assert expected_aliases(second.config, production) == expected
    assert {name: production.registry.version_at(name) for name in expected} == expected


def test_aliases_of_an_old_promotion_point_to_the_present_one(
    production: ProductionSession,
) -> None:
    first, second = promote(production, FIRST), promote(production, SECOND)

    point_aliases(first.config, production)

    champion = production.registry.version_at("champion")
    assert champion == production.registry.version_of(second.promotion_id)
