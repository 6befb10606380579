"""``./mach demo``: from a fresh clone to a running town, with one command.

The launcher turns into the server, so that Ctrl-C and a kill reach it directly and nothing stays behind.
"""

import os
import shutil
import socket

from launcher import paths, system
from launcher.processes import environment, python, run
from launcher.setup import build_assets, prepare
from launcher.words import complain, say

PORTS_TRIED = 50


def command(*, port: int, lan: bool, reset: bool, no_open: bool) -> int:
    """Set up what is missing and serve the demo until Ctrl-C."""
    host = "0.0.0.0" if lan else "127.0.0.1"  # noqa: S104  asked for with --lan
    if not is_free(host, port):
        free = next((other for other in range(port + 1, port + PORTS_TRIED) if is_free(host, other)), port + 1)
        complain("port_used", port=port, free=free)
        return 1
    prepare("run")
    build_assets()
    if reset:
        shutil.rmtree(paths.DEMO, ignore_errors=True)
        say("reset_done")
    system.name_missing(in_demo=True)
    if not (paths.ROOT / "backend" / "demo" / "serve.py").is_file():
        complain("not_built")
        return 1
    say("start_demo")
    words = python("-m", "backend.demo.serve", "--port", str(port), "--data", paths.DEMO)
    words += ["--lan"] if lan else []
    words += ["--no-open"] if no_open else []
    if not paths.WINDOWS:
        os.chdir(paths.ROOT)
        os.execve(words[0], words, environment())  # noqa: S606  no shell on purpose
    return run(words).status


def is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen on this port."""
    with socket.socket() as probe:
        if not paths.WINDOWS:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
