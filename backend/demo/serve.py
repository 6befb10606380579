"""`./mach demo`: prepare the demo's data if there is none, say where to look, and serve until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
import webbrowser
from pathlib import Path

import qrcode

from backend.demo.people import DEMO_PASSWORD, STAFF
from backend.demo.secrets import demo_settings
from backend.demo.seed import seed_if_empty
from backend.kit.clock import FixedClock, SystemClock
from backend.kit.logging import configure_logging
from backend.kit.migrate import upgrade_async
from backend.kit.settings import Settings
from backend.kit.sole_use import InUse, sole_use
from backend.main import create_app
from backend.runtime import build_runtime
from backend.server import serve

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only with --lan, so that phones in the same network reach it

ADDRESSES = (
    ("Rundgang / tour", "/demo"),
    ("Startseite / citizens", "/auenfurt/"),
    ("Handy / phone ballot", "/s"),
    ("Kiosk", "/kiosk"),
    ("Verwaltung / staff", "/verwaltung/"),
    ("Protokoll / log", "/protokoll"),
)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=Path(".demo"))
    parser.add_argument("--lan", action="store_true")
    parser.add_argument("--no-open", action="store_true")
    arguments = parser.parse_args()
    host = lan_address() if arguments.lan else LOOPBACK
    url = f"http://{host}:{arguments.port}"
    settings = demo_settings(arguments.data.resolve(), url)
    configure_logging(settings.log_level)
    try:
        with sole_use(settings.db_url):
            asyncio.run(prepare(settings))
    except InUse as refused:
        sys.exit(f"{refused.title}: {refused.detail}")
    say_where(url, lan=arguments.lan)
    if not arguments.no_open:
        webbrowser.open_new_tab(f"{url}/demo")
    serve(create_app(settings), host=EVERYWHERE if arguments.lan else LOOPBACK, port=arguments.port)


async def prepare(settings: Settings) -> None:
    """Bring the database up to date and tell the demo's story into it, once."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await upgrade_async(settings.db_url)
    clock = FixedClock(SystemClock().now())
    runtime = build_runtime(settings, clock=clock)
    runtime.committer.start()
    try:
        await seed_if_empty(runtime, clock)
    finally:
        await runtime.close()


def lan_address() -> str:
    """Return the address other devices in the network reach this machine at; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return LOOPBACK
        return str(probe.getsockname()[0])


def say_where(url: str, *, lan: bool) -> None:
    """Print every address and sign-in of the demo."""
    lines = [f"  {name:<24} {url}{path}" for name, path in ADDRESSES]
    people = [f"  {name:<10} {display}" for name, display, _ in STAFF]
    print("\nMach mit ist bereit / ready\n", *lines, sep="\n")  # noqa: T201 - this is the demo's output
    print(f"\nAnmelden / sign in (Passwort / password: {DEMO_PASSWORD})\n", *people, sep="\n")  # noqa: T201
    if lan:
        code = qrcode.QRCode()
        code.add_data(f"{url}/demo")
        code.print_ascii(invert=True)
    print("\nStrg-C beendet / Ctrl-C stops\n", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
