"""Double: the second tiny stage doubles the numbers of the first."""

import json

from pydantic import BaseModel

from foundation.executions import Execution
from foundation.params import Params


class DoubleParams(Params):
    factor: int


class DoubleResult(BaseModel):
    total: float


def double(execution: Execution, params: DoubleParams) -> DoubleResult:
    numbers = json.loads(execution.read_from("make", "numbers.json"))
    doubled = [number * params.factor for number in numbers]
    execution.write_for("double", "numbers.json", json.dumps(doubled).encode())
    return execution.finish("double", DoubleResult(total=sum(doubled)))
