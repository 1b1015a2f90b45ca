"""Make: the first tiny stage leaves numbers."""

import json

from pydantic import BaseModel, Field

from foundation.executions import Execution
from foundation.params import Params


class MakeParams(Params):
    count: int = Field(ge=1)
    step: float = Field(gt=0)
    label: str | None


class MakeResult(BaseModel):
    made: int


def make(execution: Execution, params: MakeParams) -> MakeResult:
    numbers = [index * params.step for index in range(params.count)]
    execution.write_for("make", "numbers.json", json.dumps(numbers).encode())
    return execution.finish("make", MakeResult(made=len(numbers)))
