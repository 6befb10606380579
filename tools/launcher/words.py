"""What the launcher says, in German and English.

The language follows ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``; everything but German gets English.
"""

import os
import sys
from enum import IntEnum


class Language(IntEnum):
    """The languages the launcher speaks; the value is the place of a sentence in its pair."""

    DE = 0
    EN = 1


_NO_NETWORK_DE = """Kein Netz: Pakete lassen sich nicht laden. Bitte Verbindung oder Proxy (HTTPS_PROXY)
prüfen und noch einmal starten; was schon da ist, bleibt."""
_NO_NETWORK_EN = """No network: packages cannot be loaded. Please check the connection or proxy (HTTPS_PROXY)
and start again; what is there stays."""

_SENTENCES: dict[str, tuple[str, str]] = {
    # Commands
    "about": ("Mach mit: einrichten, ausprobieren, prüfen.", "Mach mit: set up, try out, test."),
    "demo": ("alles einrichten und die Vorführung starten", "set up everything and start the demo"),
    "test": ("alles prüfen: Stil, Typen, Tests, Browser", "run everything: style, types, tests, browser"),
    "doctor": ("sagen, was auf diesem Rechner fehlt", "say what this machine lacks"),
    "check": ("Stil und Typen prüfen, Größen und Abdeckung zeigen", "check style and types, show sizes and coverage"),
    "fmt": ("Quelltext formatieren", "format the source code"),
    "build": ("Webdateien zusammenstellen", "assemble the web assets"),
    "lock": ("Abhängigkeiten neu festschreiben", "pin the dependencies anew"),
    "mutate": (
        "einen Teil absichtlich falsch machen und zählen, was Tests merken",
        "break a part on purpose, count what tests notice",
    ),
    "package": ("der Teil, etwa backend/tally", "the part, such as backend/tally"),
    "port": ("Port der Vorführung (8000)", "port of the demo (8000)"),
    "lan": ("im lokalen Netz erreichbar machen und QR-Code zeigen", "serve the local network and print a QR code"),
    "reset": ("Daten der Vorführung vorher löschen", "delete the demo's data first"),
    "no_open": ("keinen Browser öffnen", "do not open a browser"),
    "ci": ("Fehlendes nachinstallieren; Übersprungenes ist ein Fehler", "install what is missing; a skip is a failure"),
    "fast": ("höchstens eine Minute: nur SQLite, kein Browser", "one minute at most: SQLite only, no browser"),
    "coverage": ("Abdeckung messen (./mach check zeigt sie)", "measure coverage (./mach check shows it)"),
    "paths": ("nur diese Tests", "only these tests"),
    # Setting up
    "venv": ("Richte die Python-Umgebung ein (.venv) …", "Making the Python environment (.venv) …"),
    "install": ("Installiere {count} Pakete ({lock}) …", "Installing {count} packages ({lock}) …"),
    "installed": ("  fertig nach {seconds:.0f} s", "  done after {seconds:.0f} s"),
    "assets": ("Stelle die Webdateien zusammen …", "Assembling the web assets …"),
    "waiting": ("Ein anderes ./mach richtet gerade ein, ich warte …", "Another ./mach is setting up, waiting …"),
    "fallback": ("uv kam nicht durch, ich versuche es mit pip …", "uv did not get through, trying pip …"),
    "locked": ("{path}: {count} Pakete festgeschrieben", "{path}: {count} packages pinned"),
    "start_demo": ("Starte die Vorführung …", "Starting the demo …"),
    "reset_done": ("Daten der Vorführung gelöscht.", "Deleted the demo's data."),
    # What can go wrong
    "no_venv": (
        "Diesem Python fehlt das Modul venv. Debian/Ubuntu: apt-get install python3-venv",
        "This Python has no venv module. Debian/Ubuntu: apt-get install python3-venv",
    ),
    "no_network": (_NO_NETWORK_DE, _NO_NETWORK_EN),
    "failed": ("Das hat nicht geklappt: {what}", "This did not work: {what}"),
    "port_used": (
        "Port {port} ist schon belegt, vielleicht läuft die Vorführung noch. Frei ist: ./mach demo --port {free}",
        "Port {port} is in use, perhaps the demo still runs. Free is: ./mach demo --port {free}",
    ),
    "not_built": (
        "Die Vorführung ist noch nicht Teil dieses Standes (backend/demo/serve.py fehlt).",
        "The demo is not part of this state yet (backend/demo/serve.py is missing).",
    ),
    "stopped": ("Abgebrochen.", "Stopped."),
    # Pieces of the system
    "pango": ("PDF-Bögen (Pango)", "PDF sheets (Pango)"),
    "chromium": ("Browsertests (Chromium)", "browser tests (Chromium)"),
    "espeak": ("Vorlesen am Kiosk (espeak-ng)", "reading aloud at the kiosk (espeak-ng)"),
    "missing": ("Es fehlt: {name}. Abhilfe: {remedy}", "Missing: {name}. Remedy: {remedy}"),
    "works_without": ("  Alles andere geht auch ohne.", "  Everything else works without it."),
    "apt": ("Installiere Systempakete: {names}", "Installing system packages: {names}"),
    "ok": ("gut", "ok"),
    "lacking": ("fehlt", "missing"),
    "python": ("Python {version}", "Python {version}"),
    "environment": ("Python-Umgebung, Stand der Festschreibung", "Python environment, as pinned"),
    "modules": ("Webpakete, Stand der Festschreibung", "web packages, as pinned"),
    "node": ("Node.js ab 20 (sonst aus dem Paketverzeichnis)", "Node.js from 20 (else from the package index)"),
    "postgres": ("PostgreSQL für Tests (sonst aus Paket)", "PostgreSQL for tests (else from a package)"),
    "redis": ("Redis für Tests (sonst aus Paket)", "Redis for tests (else from a package)"),
    "disk": ("Platz auf der Platte: {free} GB (nötig {needed})", "disk space: {free} GB (needs {needed})"),
    "fsync": ("Schreiben auf die Platte: {ms:.1f} ms je fsync", "writing to disk: {ms:.1f} ms per fsync"),
    "free_disk": ("Platz schaffen", "free some space"),
    "slow_disk": ("auf eine örtliche SSD legen", "move to a local SSD"),
    "run_demo": ("./mach demo richtet es ein", "./mach demo sets it up"),
    "doctor_fine": ("Alles Nötige ist da.", "Everything needed is there."),
    "doctor_lacks": ("Es fehlt etwas Nötiges, siehe oben.", "Something needed is missing, see above."),
    # Results
    "checks": ("Prüfe Stil, Typen und Aufbau …", "Checking style, types and structure …"),
    "tests": ("Tests …", "Tests …"),
    "journeys": ("Wege durch den Browser …", "Browser journeys …"),
    "took": ("{minutes:.0f} min {seconds:.0f} s", "{minutes:.0f} min {seconds:.0f} s"),
    "figures": (
        "{files} Dateien, {lines} Zeilen; Median {median}, längste {longest} ({longest_name})",
        "{files} files, {lines} lines; median {median}, longest {longest} ({longest_name})",
    ),
    "functions": (
        "{count} Funktionen; neun von zehn bis {p90} Zeilen, längste {longest} ({longest_name})",
        "{count} functions; nine in ten up to {p90} lines, longest {longest} ({longest_name})",
    ),
    "covered": (
        "Abdeckung (Zeilen und Zweige) {percent:.1f} %, je Paket:",
        "coverage (lines and branches) {percent:.1f} %, by package:",
    ),
    "domain": ("Fachlichkeit zusammen", "the domain together"),
    "bar": ("{mark} nötig {bar:.0f} %", "{mark} needs {bar:.0f} %"),
    "uncovered": (
        "Abdeckung unbekannt; ./mach test --coverage misst sie",
        "coverage unknown; ./mach test --coverage measures it",
    ),
}


def language() -> Language:
    """Return the language the terminal asks for."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return Language.DE if chosen.lower().startswith("de") else Language.EN


def words(key: str, **values: object) -> str:
    """Return one sentence in the terminal's language."""
    return _SENTENCES[key][language()].format(**values)


def say(key: str, **values: object) -> None:
    """Print one sentence."""
    print(words(key, **values), flush=True)


def complain(key: str, **values: object) -> None:
    """Print one sentence to the error stream."""
    print(words(key, **values), file=sys.stderr, flush=True)
