"""The witness over HTTP, from the standard library alone: two addresses, nothing to configure.

Guarantees: bounded requests; one thread per connection with a time limit. TLS belongs in a proxy.
"""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, cast

from typing_extensions import override

from backend.transparency.witness import Answer, Witness

REQUEST_BYTES_MAX: Final = 128 * 1024
"""A checkpoint with every signature, and 63 hashes."""
TIMEOUT_S: Final = 10.0


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness; `serve_forever` until `shutdown`."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        """Bind to an address; port 0 takes a free one."""
        super().__init__(address, _Handler)
        self.witness = witness


class _Handler(BaseHTTPRequestHandler):
    timeout = TIMEOUT_S
    server_version = "machmit-witness"
    sys_version = ""

    @property
    def witness(self) -> Witness:
        return cast("WitnessServer", self.server).witness

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != "/add-checkpoint":
            self._answer(Answer(HTTPStatus.NOT_FOUND))
        elif not length.isdecimal() or int(length) > REQUEST_BYTES_MAX:
            self._answer(Answer(HTTPStatus.BAD_REQUEST))
        else:
            self._answer(self.witness.add_checkpoint(self.rfile.read(int(length))))

    def do_GET(self) -> None:
        match self.path.split("/"):
            case ["", origin, "checkpoint"]:
                self._answer(self.witness.latest(origin))
            case _:
                self._answer(Answer(HTTPStatus.NOT_FOUND))

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Keep addresses of callers out of every log."""
