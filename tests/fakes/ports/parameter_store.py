"""A parameter store in memory, which counts versions and what is asked of it."""

from collections.abc import Mapping, Sequence

from foundation.errors import AlreadyExists
from foundation.stores.parameter_store import Parameter, folder_of, require_valid_parameter


class FakeParameterStore:
    """Parameter Store in a dictionary.

    `writes` counts every call that changes something or tries to; `fail_at` is the number of such
    a call (from 0) at which `failure` is raised, before it takes effect.
    """

    def __init__(
        self,
        values: Mapping[str, str] | None = None,
        *,
        fail_at: int | None = None,
        failure: type[BaseException] = OSError,
    ) -> None:
        self.parameters = {
            name: Parameter(name=name, value=value) for name, value in (values or {}).items()
        }
        self.writes = 0
        self._fail_at, self._failure = fail_at, failure

    @property
    def values(self) -> dict[str, str]:
        return {name: parameter.value for name, parameter in self.parameters.items()}

    def below(self, path: str) -> dict[str, Parameter]:
        folder = f"{folder_of(path)}/"
        return {name: self.parameters[name] for name in self.parameters if name.startswith(folder)}

    def read(self, names: Sequence[str]) -> dict[str, Parameter]:
        return {name: self.parameters[name] for name in names if name in self.parameters}

    def write(self, name: str, value: str) -> None:
        require_valid_parameter(name, value)
        self._count_write()
        version = self.parameters[name].version + 1 if name in self.parameters else 1
        self.parameters[name] = Parameter(name=name, value=value, version=version)

    def create(self, name: str, value: str) -> None:
        require_valid_parameter(name, value)
        self._count_write()
        created = Parameter(name=name, value=value)
        present = self.parameters.setdefault(name, created)
        if (present.value, present.type) != (value, created.type):
            message = f"Creating the parameter {name} failed: ParameterAlreadyExists"
            raise AlreadyExists(message)

    def delete(self, names: Sequence[str]) -> None:
        self._count_write()
        for name in names:
            self.parameters.pop(name, None)

    def _count_write(self) -> None:
        self.writes += 1
        if self._fail_at is not None and self.writes == self._fail_at + 1:
            message = f"write {self._fail_at} was told to fail"
            raise self._failure(message)
