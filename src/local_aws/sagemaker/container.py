"""SageMaker container: the process that serves one model, restarted whenever it ends."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from local_aws import die_with_parent
from local_aws.daemon import HOST
from local_aws.sagemaker.errors import DeploymentFailed
from local_aws.sagemaker.http_client import HttpClient, Reply, RequestFailed

PARENT_WATCH_SCRIPT = Path(die_with_parent.__file__)
STOP_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0
PING_SECONDS = 2.0  # the ping time-out of SageMaker
INHERITED = (
    "PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH",
    "OMP_NUM_THREADS",
)  # fmt: skip


@dataclass(frozen=True)
class ContainerSpec:
    """What a container runs, where, and how long its start may take."""

    name: str  # of the endpoint
    command: Sequence[str]  # `{model_dir}` and `{port}` are filled in
    folder: Path
    log: Path
    environment: dict[str, str]
    startup_seconds: float


class Container:
    """One serving process. It answers once `start` has returned, and is supervised from then on."""

    def __init__(self, spec: ContainerSpec) -> None:
        self.spec = spec
        self.restarts = 0
        self.in_flight = 0
        self.port = 0
        self.is_ready = False
        self._http = HttpClient(HOST, 0)
        self._process: asyncio.subprocess.Process | None = None
        self._supervision: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def start(self) -> None:
        """Start the process and wait until it answers /ping; DeploymentFailed when it does not."""
        try:
            await self._start_process()
        except BaseException:
            await self._stop_process()
            raise
        self._supervision = asyncio.create_task(self._supervise())

    async def invoke(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Forward a request, counted in `in_flight` until it is answered; raises RequestFailed."""
        self.in_flight += 1
        try:
            return await self._http.request("POST", path, headers, body)
        finally:
            self.in_flight -= 1

    async def drain(self, seconds: float) -> None:
        """Wait until every open request is answered, `seconds` at most."""
        deadline = time.monotonic() + seconds
        while self.in_flight and time.monotonic() < deadline:
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        if self._supervision is not None:
            self._supervision.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervision
        await self._stop_process()

    async def _supervise(self) -> None:
        pause = 0.0
        while self._process is not None:
            up_since = time.monotonic()
            code = await self._process.wait()
            self.is_ready = False
            self._http.close()
            self.restarts += 1
            self._write_log(f"the process ended with code {code}; starting it again")
            # A process that ends at once must not keep this machine busy.
            lasted = time.monotonic() - up_since
            pause = 0.0 if lasted > 10 else min(LONGEST_PAUSE_SECONDS, pause * 2 or 0.25)
            await self._restart(pause)

    async def _restart(self, pause: float) -> None:
        while True:
            await asyncio.sleep(pause)
            try:
                return await self._start_process()
            except DeploymentFailed as failed:
                await self._stop_process()
                self._write_log(str(failed))
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2 or 0.25)

    async def _start_process(self) -> None:
        with _reserved_port() as self.port:
            self._process = await self._spawn()
            self._http = HttpClient(HOST, self.port)
            await self._wait_until_healthy(self._process)
        self.is_ready = True

    async def _spawn(self) -> asyncio.subprocess.Process:
        filled = {"model_dir": str(self.spec.folder), "port": str(self.port)}
        command = [part.format(**filled) for part in self.spec.command]
        self.spec.log.parent.mkdir(parents=True, exist_ok=True)
        with self.spec.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                # -I and -S: the script needs the standard library only, and is to start quickly.
                *(sys.executable, "-I", "-S", str(PARENT_WATCH_SCRIPT), str(os.getpid()), *command),
                cwd=self.spec.folder,
                env=container_environment(self.spec.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def _wait_until_healthy(self, process: asyncio.subprocess.Process) -> None:
        deadline = time.monotonic() + self.spec.startup_seconds
        while time.monotonic() < deadline:
            if process.returncode is not None:
                ended = f"Its process ended with code {process.returncode}."
                raise self._startup_failure(ended)
            if await self._answers_ping():
                return
            await asyncio.sleep(0.02)
        timed_out = f"It had {self.spec.startup_seconds:g} s."
        raise self._startup_failure(timed_out)

    async def _answers_ping(self) -> bool:
        try:
            async with asyncio.timeout(PING_SECONDS):
                return (await self._http.request("GET", "/ping", {})).status == 200
        except (RequestFailed, TimeoutError):
            return False

    def _startup_failure(self, what: str) -> DeploymentFailed:
        lines = self.spec.log.read_text(errors="replace").splitlines()[-5:]
        return DeploymentFailed(
            "The primary container for production variant did not pass the ping health check. "
            f"{what} Its log is {self.spec.log}, and ends: {' | '.join(lines) or '(nothing)'}"
        )

    async def _stop_process(self) -> None:
        self.is_ready = False
        self._http.close()
        process = self._process
        if process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            self._write_log(f"it did not stop within {STOP_SECONDS:g} s and is killed")
        self._signal(signal.SIGKILL)  # and what it may have started
        await process.wait()
        self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def _write_log(self, what: str) -> None:
        with self.spec.log.open("a") as log:
            log.write(f"[local SageMaker] {self.spec.name}: {what}\n")


def container_environment(own: dict[str, str]) -> dict[str, str]:
    """Return `own` and what a container inherits: no credentials, and no AWS but that of CEAP_*."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in INHERITED or name.startswith(("CEAP_", "LC_"))
    }
    return {**kept, **own}


@contextmanager
def _reserved_port() -> Iterator[int]:
    """Reserve a free port, so that no other program is given it before the container listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as reserved:
        # Linux lets the container listen on a port that is bound so, as long as we do not listen.
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind((HOST, 0))
        port = reserved.getsockname()[1]
        if sys.platform != "linux":
            reserved.close()
        yield port
