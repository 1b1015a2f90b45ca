"""Endpoint names: names of the SageMaker model and configuration behind an endpoint.

`{endpoint}-{model digest, 12}-{digest of the whole definition, 7}`: at most 63 characters, equal
for equal definitions, different for different ones, and distinct from the names of any other
endpoint.
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
    """One model on one instance type; model and configuration share the `name`."""

    name: str
    container: dict[str, Any]
    variant: dict[str, Any]


def definition(endpoint: str, model_digest: str, settings: Settings) -> Definition:
    """Return the definition with which `endpoint` serves one model.

    Raises InvalidParams when the settings lack image, role, instance type or models bucket.
    """
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
    """Return the prefix that the names of this endpoint's definitions share, and no others have."""
    if len(endpoint) <= LONGEST_OWN:
        return endpoint
    digest = digest_of_bytes(endpoint.encode())[:DEFINITION_CHARACTERS]
    return f"{endpoint[: LONGEST_OWN - DEFINITION_CHARACTERS - 1].rstrip('-')}-{digest}"


def belongs_to(name: str, endpoint: str) -> bool:
    """Return whether `name` is that of a definition for `endpoint`."""
    rest = rf"-[0-9a-f]{{{MODEL_CHARACTERS}}}-[0-9a-f]{{{DEFINITION_CHARACTERS}}}"
    return re.fullmatch(re.escape(name_prefix(endpoint)) + rest, name) is not None


def model_digest_in(model_data_url: str) -> str | None:
    """Return the model digest in the URL of an archive; None when the archive is not ours."""
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
