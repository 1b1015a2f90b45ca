"""Record: a value that is stored as JSON and read back with its types."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A JSON document of ours: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=2).encode()
