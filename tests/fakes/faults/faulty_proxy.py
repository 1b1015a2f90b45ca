"""A proxy before AWS that does to requests what it is told to: microburst, in this process."""

import asyncio
import threading
from typing import Any

from aiohttp import web
from microburst.app import make_app
from microburst.core.pipeline import Microburst

from fakes.processes.patience import PATIENCE_SECONDS

# Applied, and then the reply ends before it is whole.
LOST = {"set_headers": {"Content-Length": "10"}}  # for one without a body: there is nothing to cut
HUNG_UP = {"abort_bytes": 0}


class Burst:
    """A proxy to one address, which does to requests what it is told to."""

    kind = Microburst

    def __init__(self, upstream: str) -> None:
        self._proxy = self.kind(upstream)
        self._loop = asyncio.new_event_loop()
        # Short: a client waits for the rest of a cut reply until the connection is closed.
        self._runner = web.AppRunner(make_app(self._proxy), keepalive_timeout=0.2)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.url = self._wait(self._listen())

    def does(self, service: str, operation: str | None = None, **fault: Any) -> None:
        """Do this from now on, and nothing else; without a fault, nothing at all."""
        rule = {"service": service, **({"operation": operation} if operation else {}), **fault}
        self._proxy.engine.set_rules([rule] if fault else [])
        self._proxy.fired.clear()

    @property
    def faults(self) -> int:
        """How often it did it."""
        return len(self._proxy.fired)

    def stop(self) -> None:
        self._wait(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> str:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def _wait(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)
