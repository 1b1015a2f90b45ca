"""HTTP client of a SageMaker container: a pool of connections that stay open.

Every prediction pays for one request of it, so it is httptools on bare asyncio transports.
"""

import asyncio
from dataclasses import dataclass, field
from typing import cast

import httptools

CLOSED = "it closed the connection"
COPY_BYTES = 65536  # below this, copying is cheaper than a second packet


class RequestFailed(Exception):
    """The container closed the connection, or never opened it, before it sent a whole response.

    `may_repeat` is True when the request cannot have reached the container.
    """

    def __init__(self, reason: str, *, may_repeat: bool) -> None:
        super().__init__(reason)
        self.may_repeat = may_repeat


@dataclass
class Reply:
    """One HTTP response."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""


class HttpClient:
    """A pool of connections to one container."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._idle: list[_Connection] = []

    async def request(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> Reply:
        """Send a request and read the whole reply.

        Raises RequestFailed, whose `may_repeat` is True when the request did not reach the
        container.
        """
        head = _head(method, path, {"host": f"{self._host}:{self._port}", **headers}, len(body))
        connection = self._reusable()
        if connection is None:
            return await self._send(await self._connect(), head, body)
        try:
            return await self._send(connection, head, body)
        except RequestFailed as failed:
            if not failed.may_repeat:
                raise
        # The idle connection may have been closed for its age just when we wrote. If not, the
        # request reached the container.
        try:
            return await self._send(await self._connect(), head, body)
        except RequestFailed as failed:
            raise RequestFailed(str(failed), may_repeat=False) from failed

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _reusable(self) -> "_Connection | None":
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return None

    async def _connect(self) -> "_Connection":
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(_Connection, self._host, self._port)
        except OSError as error:
            raise RequestFailed(str(error), may_repeat=True) from error
        return connection

    async def _send(self, connection: "_Connection", head: bytes, body: bytes) -> Reply:
        try:
            reply = await connection.send(head, body)
        except BaseException:
            connection.close()  # a late reply must not answer the next request
            raise
        if connection.is_open:
            self._idle.append(connection)
        return reply


def _head(method: str, path: str, headers: dict[str, str], length: int) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
    return "\r\n".join([*lines, f"content-length: {length}", "", ""]).encode("latin-1")


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._response: asyncio.Future[Reply] | None = None
        self._requests = 0

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    async def send(self, head: bytes, body: bytes) -> Reply:
        transport = self._transport
        if transport is None:
            raise RequestFailed(CLOSED, may_repeat=True)
        self._requests += 1
        self._response = asyncio.get_running_loop().create_future()
        self._reply, self._parts = Reply(), list[bytes]()
        self._parser = httptools.HttpResponseParser(self)
        if len(body) < COPY_BYTES:
            transport.write(head + body)  # one packet
        else:
            transport.writelines((head, body))
        return await self._response

    # asyncio calls these …
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # On uvloop it is no instance of asyncio.Transport, but has all of its methods.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._response is None or self._response.done():
            self.close()  # no request is open
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(f"its reply is not HTTP: {error}", may_repeat=False)
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio names it
        self._transport = None
        if self._response is not None and not self._response.done():
            # A fresh connection that breaks was broken by this very request.
            is_stale = self._requests > 1 and not self._reply.headers
            self._fail(CLOSED, may_repeat=is_stale)

    # … and httptools these.
    def on_header(self, name: bytes, value: bytes) -> None:
        self._reply.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)

    def on_message_complete(self) -> None:
        self._reply.status = self._parser.get_status_code()
        self._reply.body = b"".join(self._parts)
        if not self._parser.should_keep_alive():
            self.close()
        if self._response is not None and not self._response.done():
            self._response.set_result(self._reply)

    def _fail(self, reason: str, *, may_repeat: bool) -> None:
        if self._response is not None and not self._response.done():
            self._response.set_exception(RequestFailed(reason, may_repeat=may_repeat))
