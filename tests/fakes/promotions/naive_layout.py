"""The naive layout, for comparison: a parameter for each value, the file after them, and no more.

It is what people write first. The laws of the protocol are tried on it to see that they can fail.
"""

from fakes.promotions.production_readers import Readers
from foundation import locations
from foundation.production.config import ProductionConfig, to_yaml
from promotion.production import ProductionSession
from promotion.protocol.state import projected, read_parameters


def naive_promotion(config: ProductionConfig, production: ProductionSession) -> None:
    """Write each parameter, remove what is left of the former algorithm, write the file."""
    values, present = projected(config), read_parameters(production)
    for name, value in values.items():
        production.parameters.write(name, value)
    if left := sorted(present.keys() - values.keys()):
        production.parameters.delete(left)
    production.objects.write(production.bucket, locations.PRODUCTION_CONFIG, to_yaml(config))


def naive_readers(production: ProductionSession) -> Readers:
    """Who reads production as it lies there: every parameter for itself."""

    def values() -> dict[str, str]:
        return {name: each.value for name, each in read_parameters(production).items()}

    return Readers({"parameters": values})
