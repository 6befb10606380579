"""The same audit over HTTP, and what a failing server looks like."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typing_extensions import override

from backend.transparency.note import VerifierKey
from backend.transparency.types import LogType
from backend.transparency.verifier import Code, Report, sources, verify_directory, verify_url
from tests.unit.transparency.published import Published, put, signer, speaks_to_people, town

WELL_KNOWN = f'{{"origin":"{signer().name}","vkey":"{signer().key.vkey}","prefix":"/log/2027"}}'
UNDATED = f'{{"vkey":"{VerifierKey("a/log/x", bytes(32)).vkey}"}}'.encode()


class TownHall(BaseHTTPRequestHandler):
    """Serves a written log at the public addresses of the server."""

    root: Path

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        if path.startswith("api/v1/polls/"):
            path = f"openings/{path.split('/')[3]}.jsonl"
        elif "/open/" in path:
            path += ".json"
        file = self.root / path
        if not file.is_file():
            self.send_error(404)
            return
        content = file.read_bytes()
        status = 410 if b'"erased"' in content else 200
        self.send_response(500 if content == b"broken" else status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Keep the test output clean."""


@contextmanager
def serving(root: Path) -> Iterator[str]:
    handler = type("Here", (TownHall,), {"root": root})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def codes(report: Report) -> list[Code]:
    for each in report.findings:
        speaks_to_people(each)
    return [each.code for each in report.findings]


def test_server_is_audited_like_its_copy(tmp_path: Path) -> None:
    old = Published.begun(2026)
    old.add(LogType.LOG_CLOSED, {"origin": signer(2026).name})
    old.write(tmp_path)
    town().write(tmp_path)
    put(tmp_path / ".well-known/machmit-log", WELL_KNOWN.encode())
    with serving(tmp_path) as url:
        report = verify_url(url)
        assert report.to_json() == verify_directory(tmp_path).to_json()
        assert report.ok
        assert len(report.logs) == 2
        (tmp_path / "openings/poll-A1.jsonl").unlink()
        assert codes(verify_url(url)) == [Code.BALLOTS_WITHHELD]


def test_server_without_a_log_is_found(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        assert codes(verify_url(url)) == [Code.LOG_MISSING]


def test_server_that_does_not_answer_is_found() -> None:
    assert codes(verify_url("http://127.0.0.1:9")) == [Code.LOG_MISSING]


@pytest.mark.parametrize("content", [b"{}", b"[]", b"{", b'{"vkey":"b"}', b'{"vkey":1}', b"broken", UNDATED])
def test_server_with_a_broken_introduction_is_found(tmp_path: Path, content: bytes) -> None:
    put(tmp_path / ".well-known/machmit-log", content)
    with serving(tmp_path) as url:
        assert codes(verify_url(url)) == [Code.LOG_MISSING]


def test_answer_without_end_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "FILE_BYTES_MAX", 300)
    town().write(tmp_path)
    put(tmp_path / ".well-known/machmit-log", WELL_KNOWN.encode())
    with serving(tmp_path) as url:
        assert codes(verify_url(url)) == [Code.LOG_MISSING]


def test_verifier_stands_without_the_server() -> None:
    """A colleague of the auditor installs neither our database nor our web framework."""
    unwanted = ("sqlalchemy", "litestar", "redis", "pydantic", "backend.kit", "backend.polls")
    script = (
        "import sys, backend.transparency.verifier\n"
        f"print([name for name in sys.modules if name.startswith({unwanted!r})])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert done.stdout.strip() == "[]"


def test_report_counts_what_it_leaves_out() -> None:
    report = Report()
    for number in range(150):
        report.add(Code.ENTRY_CHANGED, f"2027/{number}", "x")
    assert len(report.findings) == 100
    assert "… und 50 weitere: entry_changed" in report.lines()
    assert report.lines()[-1] == "Es gibt Befunde."
    assert report.to_json()["omitted"] == {"entry_changed": 50}
    assert report.exit_status == 1
    assert report.findings[0].line == "2027/0: entry_changed: x"
