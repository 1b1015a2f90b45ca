"""Production configuration schema: JSON Schema of `production-model-config.yaml`.

`python -m foundation.production.config_schema` prints the schema, as it is in docs/schemas/.
"""

import json
import sys
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from foundation.production.config import ProductionConfig

FILE = "docs/schemas/production-model-config.v1.schema.json"
HEAD = {
    "$schema": GenerateJsonSchema.schema_dialect,
    "$id": "urn:ceap-fraud-detection:production-model-config:v1",
    "title": "production-model-config.yaml, version 1",
    "description": "What production trains, as it was promoted. Written by promote_to_production "
    "and by nobody else. Readers check its digest, which no schema can.",
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that pydantic generates from the model."""
    generated = ProductionConfig.model_json_schema()
    return HEAD | {name: part for name, part in generated.items() if name not in HEAD}


def schema_text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
