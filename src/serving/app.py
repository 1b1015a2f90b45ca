"""HTTP application: SageMaker's container contract (GET /ping, POST /invocations)."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import cast

import numpy as np
import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from foundation.errors import FraudDetectionError
from serving.answer import WRITERS, Answer, accepted_type
from serving.payload import parser_of, require_size, rows_from_body
from serving.rejection import Rejected
from serving.served_model import FromFiles, ServedModel, fraud_model, load_served_model

log = logging.getLogger("serving")


class ScoringApp:
    """One model, and the threads that score with it."""

    def __init__(self, folder: Path, from_files: FromFiles, on_broken: Callable[[], None]) -> None:
        self._folder, self._from_files, self._on_broken = folder, from_files, on_broken
        self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="scoring")
        self._served: ServedModel | None = None
        self._reason = "The model is loading."

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Load the model while /ping already answers: 503 and the reason, until it is verified."""
        loading = asyncio.get_running_loop().run_in_executor(self._threads, self.load)
        yield
        await loading
        self._threads.shutdown()

    def load(self) -> None:
        started = time.perf_counter()
        try:
            self._served = load_served_model(self._folder, self._from_files)
        except Exception as error:
            self._break(error)
            return
        seconds = time.perf_counter() - started
        model = self._served.model
        log.info("ready: %s %s (%.1f s)", model.algorithm, self._served.digest[:12], seconds)
        import polars  # noqa: F401  # for the first large CSV, now that nobody waits for it

    def _break(self, error: Exception) -> None:
        """Record why the model cannot be served, for /ping and the log."""
        self._reason = f"The model cannot be served. {type(error).__name__}: {error}"
        expected = isinstance(error, FraudDetectionError)
        log.error("broken: %s", self._reason, exc_info=None if expected else error)
        self._on_broken()

    async def ping(self, _: Request) -> Response:
        if self._served is None:
            return _json(HTTPStatus.SERVICE_UNAVAILABLE, orjson.dumps({"error": self._reason}))
        return _json(HTTPStatus.OK, orjson.dumps({"model_digest": self._served.digest}))

    async def invocations(self, request: Request) -> Response:
        served = self._served
        if served is None:
            return await self.ping(request)
        content_type = request.headers.get("content-type", "")
        try:
            # Before megabytes are read for nothing.
            parser_of(content_type)
            media_type = accepted_type(", ".join(request.headers.getlist("accept")))
            body = await body_of(request)
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, answered, served, body, content_type, media_type
            )
        except Rejected as rejected:
            return _json(rejected.status, rejected.to_json())
        except ClientDisconnect:
            return _json(HTTPStatus.BAD_REQUEST, b"{}")  # nobody is there to read it
        except Exception as error:
            return _our_mistake(error)


async def body_of(request: Request) -> bytes:
    """Read the body; Rejected (413) as soon as it is too large, announced or not."""
    announced = request.headers.get("content-length", "0")
    require_size(int(announced) if announced.isdecimal() else 0)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        require_size(len(body))
    return bytes(body)


def answered(served: ServedModel, body: bytes, content_type: str, media_type: str) -> Response:
    """Return the response to one request, in the format of `media_type`, a key of WRITERS."""
    answer = scored(served, body, content_type)
    written = WRITERS[media_type](answer)
    return Response(written, headers=answer.headers, media_type=media_type)


def scored(served: ServedModel, body: bytes, content_type: str) -> Answer:
    """Return the answer to one request: the model's digest, and a score a row."""
    rows = rows_from_body(body, content_type, served.columns)
    with np.errstate(over="ignore", invalid="ignore"):  # judged by the scores, below
        scores = served.model.scores(rows)
    if not (finite := np.isfinite(scores)).all():
        row = int(np.argmin(finite)) + 1
        message = f"The values of row {row} are so large that the model has no score for them."
        raise Rejected(message, row=row)
    return Answer(scores, served.digest)


async def on_http_error(_: Request, error: Exception) -> Response:
    refusal = cast(HTTPException, error)
    message = f"There is GET /ping and POST /invocations, not this: {refusal.detail}."
    return _json(refusal.status_code, orjson.dumps({"error": message}))


def _our_mistake(error: Exception) -> Response:
    log.error("scoring failed", exc_info=error)
    message = f"Scoring failed, through no fault of the request. {type(error).__name__}: {error}"
    return _json(HTTPStatus.INTERNAL_SERVER_ERROR, orjson.dumps({"error": message}))


def _json(status: int, body: bytes) -> Response:
    return Response(body, status, media_type="application/json")


def create_app(
    model_dir: Path,
    *,
    from_files: FromFiles = fraud_model,
    on_broken: Callable[[], None] = lambda: None,
) -> Starlette:
    """Return the application that serves `model_dir`; /ping is 200 once golden rows are reproduced.

    `on_broken` is called when they are not.
    """
    scoring = ScoringApp(model_dir, from_files, on_broken)
    return Starlette(
        routes=[
            Route("/ping", scoring.ping, methods=["GET"]),
            Route("/invocations", scoring.invocations, methods=["POST"]),
        ],
        exception_handlers={HTTPException: on_http_error},
        lifespan=scoring.lifespan,
    )
