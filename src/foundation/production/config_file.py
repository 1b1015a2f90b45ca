"""Production configuration file: its YAML, for people and for any YAML parser."""

import re
from typing import Any

import yaml

HEADER = """\
# What production trains, as it was promoted. `promote_to_production` wrote this file.
#
# Do not edit it by hand: readers check its digest, and refuse a file that was changed.
#   To change what production trains:  ceap promote   or   ceap rollback
#   To put the promoted file back:     ceap promotion verify --repair
#   The JSON Schema of this format:    docs/schemas/production-model-config.v1.schema.json
"""
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]+")  # a single y or n is a boolean to some


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quote every string but plain words: what is a string in YAML 1.1 may be a number in 1.2."""
    style = None if WORD.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def as_yaml(content: dict[str, Any]) -> bytes:
    """Return the content as YAML, below a header that explains the file."""
    body = yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return (HEADER + "\n" + body).encode()
