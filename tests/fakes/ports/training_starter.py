"""A starter of trainings in memory, which can be told to fail."""


class FakeStarter:
    """Knows each execution once, as Step Functions does; `started` are their names in order.

    `failure` is raised by the first start, before or after it took effect.
    """

    def __init__(
        self, *, failure: type[BaseException] | None = None, fails_after: bool = False
    ) -> None:
        self.started: list[str] = []
        self.calls = 0
        self.data: list[str] = []
        self._failure, self._fails_after = failure, fails_after

    def start(self, execution_id: str, data: str = "") -> str:
        self.calls += 1
        self.data.append(data)
        failure, self._failure = self._failure, None
        if failure and not self._fails_after:
            raise failure(execution_id)
        if execution_id not in self.started:
            self.started.append(execution_id)
        if failure:
            raise failure(execution_id)
        return f"fake:{execution_id}"
