"""Stand-in: a model server that does what its request says, in place of `serving`.

Its model's `model.json` may hold: `name` (in each answer), `healthy` (false: /ping never answers
200), `exits` (end at once with this code), `pause` (seconds that each answer takes).
"""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        self._reply(200 if self.model.get("healthy", True) else 503, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.model.get("pause", 0))
        word, _, argument = body[:64].decode(errors="replace").partition(":")
        if word == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "sleep":
            time.sleep(float(argument))
        if word == "status":
            return self._reply(int(argument), b"row 3 is wrong")
        if word == "echo":
            return self._reply(200, body)
        answer = {
            "model": self.model.get("name"),
            "bytes": len(body),
            "content_type": self.headers["Content-Type"],
            "accept": self.headers["Accept"],
            "attributes": self.headers["X-Amzn-SageMaker-Custom-Attributes"],
            "environment": dict(os.environ),
        }
        return self._reply(200, json.dumps(answer).encode())

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Amzn-SageMaker-Custom-Attributes", "model_digest=4f2c")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        return


def main(folder: Path, port: int) -> None:
    file = folder / "model.json"
    Handler.model = json.loads(file.read_bytes()) if file.exists() else {}
    if code := Handler.model.get("exits"):
        sys.exit(f"the model is broken (code {code})")
    Server(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
