"""Record: base of the JSON documents of this project."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A JSON document, read back with its types: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=2).encode()
