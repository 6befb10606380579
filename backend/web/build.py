"""Assemble the web assets: `python -m backend.web.build [--if-changed] [--dev]`.

Puts our style sheets, scripts and pictures and the allow-listed third-party files into `build/web/<tree>/`,
each text file also gzipped, and names the tree in `build/web/manifest.json`. The tree's name is a hash over its
files, so whatever is served under it never changes. Guarantees: no style sheet refers outside the tree; the
manifest changes last, so a running process never sees half a tree. Ends with status 3 when Node.js is missing.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from backend.web import vendor
from backend.web.assets import BUILD, HASH_CHARS, ROOT, SOURCES
from backend.web.bundle import PHONE, write_phone_styles
from backend.web.joining import JOINED, write_ballot_script
from backend.web.node import NoNode, npm_command

MODULES = ROOT / "node_modules"
FONT_CACHE = ROOT / "build" / "fonts"
TEMPLATES = ("backend/*/templates", "kiosk/templates", "moderation/templates")
BALLOT_TEMPLATES = ROOT / "backend" / "live" / "templates"
BASE_TEMPLATES = ROOT / "backend" / "web" / "templates"
BALLOT_BASES = ("document.html", "base_bare.html")
BALLOT_NAMES = re.compile(r"ballot|vote|live|tokens|foundation")  # our files the phone ballot may load
COMPRESSED = {".css", ".js", ".svg", ".json", ".txt", ".webmanifest", ".wasm"}
IGNORED = re.compile(r"(^|/)\.|\.test\.js$|\.md$")
RECIPE = ("build.py", "bundle.py", "joining.py", "minifying.py", "vendor.py")  # what decides how the tree looks
KEPT_TREES = 2  # today's and the one a running process still serves
NPM_TIMEOUT_S = 600
NO_NODE_STATUS = 3
_MACROS = re.compile(r"""["']web/(macros/[\w-]+\.html)""")
_URL = re.compile(r"""url\(\s*["']?([^"')]+)""")


class OutsideTree(RuntimeError):
    """A style sheet refers to something that is not served with it."""


def main() -> int:
    """Build, unless told to build only what changed and nothing did."""
    parser = argparse.ArgumentParser(prog="python -m backend.web.build", description="Assemble the web assets.")
    parser.add_argument("--if-changed", action="store_true", help="do nothing when no input changed")
    parser.add_argument("--dev", action="store_true", help="also install the tools that check our scripts")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        _install_packages(with_tools=options.dev)
        inputs = _fingerprint()
        if options.if_changed and _built_from() == inputs:
            return 0
        tree, count = build(inputs)
    except NoNode as missing:
        print(missing, file=sys.stderr)
        return NO_NODE_STATUS
    print(f"build/web/{tree}: {count} files in {time.monotonic() - started:.1f} s")
    return 0


def build(inputs: str) -> tuple[str, int]:
    """Assemble the tree and make it the current one. Returns its name and how many files it has."""
    BUILD.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".new-", dir=BUILD))
    try:
        for name, path in _our_files():
            _copy(path, work / name)
        _add_vendor(work / "vendor")
        _add_phone_styles(work)
        write_ballot_script(work, MODULES)
        _check_addresses(work)
        files = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in _files(work)}
        tree = _tree_hash(files)
        _compress(work)
        if (BUILD / tree).exists():
            shutil.rmtree(BUILD / tree)
        work.chmod(0o755)
        work.rename(BUILD / tree)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    _publish({"hash": tree, "tree": tree, "inputs": inputs, "files": files})
    return tree, len(files)


def _add_vendor(folder: Path) -> None:
    folder.mkdir()
    scripts = [path for _, path in _our_files() if path.suffix == ".js"]
    styles = [path for _, path in _our_files() if path.suffix == ".css"]
    everywhere = vendor.Page("kern", [*_templates(), *scripts], styles)
    ballot = vendor.Page(
        "kern-ballot",
        [*_ballot_templates(), *(path for path in scripts if BALLOT_NAMES.search(path.name))],
        [path for path in styles if BALLOT_NAMES.search(path.name)],
    )
    for page in (everywhere, ballot):
        vendor.purge_kern(MODULES, page, folder / f"{page.name}.css")
    shutil.copytree(_fonts(), folder / "fonts")
    vendor.copy_zxing(MODULES, folder / "zxing")
    vendor.write_licences(MODULES, folder / "licences.txt")


def _add_phone_styles(work: Path) -> None:
    """Bundle the phone's style sheets and leave out what its templates and scripts do not name."""
    write_phone_styles(work)
    sheet = work / PHONE
    content = [*_ballot_templates(), *sorted((work / "js" / "ballot").glob("*.js"))]
    named = "\n".join(path.read_text(encoding="utf-8") for path in content)
    vendor.purge(MODULES, sheet.read_text(encoding="utf-8"), named, sheet)


def _fonts() -> Path:
    """Return the subset fonts, made once per version of their package and of our choice of characters."""
    recipe = (ROOT / "package-lock.json").read_bytes() + Path(vendor.__file__).read_bytes()
    folder = FONT_CACHE / hashlib.sha256(recipe).hexdigest()[:HASH_CHARS]
    if not folder.is_dir():
        shutil.rmtree(FONT_CACHE, ignore_errors=True)
        unfinished = folder.with_suffix(".new")
        vendor.subset_fonts(MODULES, unfinished)
        unfinished.rename(folder)
    return folder


def _install_packages(*, with_tools: bool) -> None:
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".stamp"
    kinds = ["all"] if with_tools else ["all", "run"]
    if stamp.is_file() and stamp.read_text(encoding="utf-8") in {f"{kind} {lock}" for kind in kinds}:
        return
    words = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if not with_tools:
        words.append("--omit=dev")
    subprocess.run(words, cwd=ROOT, check=True, timeout=NPM_TIMEOUT_S)
    stamp.write_text(f"{kinds[0] if with_tools else 'run'} {lock}", encoding="utf-8")


def _fingerprint() -> str:
    """Hash everything that decides what the tree looks like."""
    digest = hashlib.sha256()
    recipe = [ROOT / "package-lock.json", *(Path(__file__).with_name(name) for name in RECIPE)]
    for path in (*recipe, *(path for _, path in _our_files()), *_templates()):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _built_from() -> str | None:
    manifest = BUILD / "manifest.json"
    if not manifest.is_file():
        return None
    content = json.loads(manifest.read_text(encoding="utf-8"))
    return str(content["inputs"]) if (BUILD / content["tree"]).is_dir() else None


def _our_files() -> list[tuple[str, Path]]:
    named = []
    for prefix, folder in SOURCES:
        for name, path in _files(folder):
            if not IGNORED.search(name):
                named.append((f"{prefix}/{name}" if prefix else name, path))
    return named


def _templates() -> list[Path]:
    return [path for pattern in TEMPLATES for folder in sorted(ROOT.glob(pattern)) for path in _below(folder)]


def _ballot_templates() -> list[Path]:
    """Return the ballot's templates, what they build on and the macros they take in."""
    own = [*_below(BALLOT_TEMPLATES), *(BASE_TEMPLATES / name for name in BALLOT_BASES)]
    macros = {name for path in own for name in _MACROS.findall(path.read_text(encoding="utf-8"))}
    return own + [BASE_TEMPLATES / name for name in sorted(macros)]


def _below(folder: Path) -> list[Path]:
    return [path for _, path in _files(folder)]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


def _check_addresses(folder: Path) -> None:
    for name, path in _files(folder):
        if path.suffix != ".css":
            continue
        for address in _URL.findall(path.read_text(encoding="utf-8")):
            local = address.partition("#")[0].partition("?")[0]
            inside = (path.parent / local).resolve().is_relative_to(folder.resolve())
            if not address.startswith("data:") and not (inside and (path.parent / local).is_file()):
                raise OutsideTree(f"{name}: url({address})")


def _tree_hash(files: dict[str, str]) -> str:
    listing = "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(listing.encode()).hexdigest()[:HASH_CHARS]


def _compress(folder: Path) -> None:
    for _, path in list(_files(folder)):
        if path.suffix in COMPRESSED:
            packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
            path.with_name(path.name + ".gz").write_bytes(packed)


def _publish(manifest: dict[str, object]) -> None:
    """Name the tree as the current one, for the server and, in `build/tsconfig.json`, for the type checker."""
    tree = f"web/{manifest['tree']}"
    made = [f"{tree}/vendor", f"{tree}/{JOINED}"]
    scripts = {"extends": "../tsconfig.json", "include": [f"{tree}/**/*.js"], "exclude": made}
    (BUILD.parent / "tsconfig.json").write_text(json.dumps(scripts), encoding="utf-8")
    unfinished = BUILD / "manifest.json.new"
    unfinished.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    unfinished.replace(BUILD / "manifest.json")
    trees = [path for path in BUILD.iterdir() if path.is_dir() and not path.name.startswith(".")]
    trees.sort(key=lambda path: path.stat().st_mtime)
    for old in trees[:-KEPT_TREES]:
        shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
