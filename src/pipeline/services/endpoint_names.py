"""Endpoint names: what SageMaker calls the model and the configuration behind an endpoint.

`{endpoint}-{model digest, 12}-{digest of the whole definition, 7}`: at most 63 characters, the same
for the same definition, another for any other, and told apart from every other endpoint's.
"""

import re
from dataclasses import dataclass
from typing import Any

from foundation import locations
from foundation.digests import digest_of_bytes, digest_of_json
from foundation.errors import InvalidParams
from foundation.settings import Settings

LONGEST_OWN = 42  # of 63, for the endpoint's own name
MODEL_CHARACTERS, DEFINITION_CHARACTERS = 12, 7
MODEL_URI = re.compile(r"/models/([0-9a-f]{64})/model\.tar\.gz$")


@dataclass(frozen=True)
class Definition:
    """One model on one kind of machine; `name` is that of the model and of the configuration."""

    name: str
    container: dict[str, Any]
    variant: dict[str, Any]


def definition(endpoint: str, model_digest: str, settings: Settings) -> Definition:
    """Define what `endpoint` runs to serve one model."""
    _require_settings(settings)
    archive = f"s3://{settings.models_bucket}/{locations.model_archive_key(model_digest)}"
    container = {"Image": settings.endpoint_image, "ModelDataUrl": archive}
    variant = {
        "VariantName": "AllTraffic",
        "InitialInstanceCount": 1,
        "InstanceType": settings.endpoint_instance,
        "InitialVariantWeight": 1.0,
    }
    whole = digest_of_json([endpoint, settings.endpoint_role, container, variant])
    parts = name_prefix(endpoint), model_digest[:MODEL_CHARACTERS], whole[:DEFINITION_CHARACTERS]
    return Definition("-".join(parts), container, variant)


def name_prefix(endpoint: str) -> str:
    """The part of a name that only this endpoint's definitions begin with."""
    if len(endpoint) <= LONGEST_OWN:
        return endpoint
    digest = digest_of_bytes(endpoint.encode())[:DEFINITION_CHARACTERS]
    return f"{endpoint[: LONGEST_OWN - DEFINITION_CHARACTERS - 1].rstrip('-')}-{digest}"


def belongs_to(name: str, endpoint: str) -> bool:
    """Say whether `name` is a definition that was made for `endpoint`."""
    rest = rf"-[0-9a-f]{{{MODEL_CHARACTERS}}}-[0-9a-f]{{{DEFINITION_CHARACTERS}}}"
    return re.fullmatch(re.escape(name_prefix(endpoint)) + rest, name) is not None


def model_digest_in(model_data_url: str) -> str | None:
    """Read which model an archive's address names; None when it is none of ours."""
    found = MODEL_URI.search(model_data_url)
    return found[1] if found else None


def _require_settings(settings: Settings) -> None:
    needed = ("endpoint_image", "endpoint_role", "endpoint_instance", "models_bucket")
    problems = [
        f"{name}: it is empty, and an endpoint needs it (or set CEAP_{name.upper()})"
        for name in needed
        if not getattr(settings, name)
    ]
    if problems:
        source = f"params/environments/{settings.environment}.yaml"
        raise InvalidParams(source, problems)
