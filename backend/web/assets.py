"""Style sheets, scripts and pictures under one content hash: `/static/<tree>/<path>`.

The whole tree shares one hash, so relative imports between modules work without an import map and everything
may be cached for a year. A path is served only if it was found when the process started; a file asked for
under an old hash (a page loaded before an update) leads to today's. Without a build, e.g. in tests, the
sources are served directly; only third-party files are missing then.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "web"
SOURCES: tuple[tuple[str, Path], ...] = (
    ("", ROOT / "backend" / "web" / "static"),
    ("staff", ROOT / "moderation" / "static"),
    ("kiosk", ROOT / "kiosk" / "static"),
)
HASH_CHARS = 16
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".json": "application/json",
}


class UnknownAsset(LookupError):
    """A template names a file that is not in the tree."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The tree of one process."""

    tree: str
    files: Mapping[str, Path]
    is_built: bool = True

    def has(self, path: str) -> bool:
        """Tell whether a file is in the tree."""
        return path in self.files

    def href(self, path: str) -> str:
        """Return the address of a file. Raises: UnknownAsset, unless the sources are served without a build."""
        if self.is_built and path not in self.files:
            raise UnknownAsset(path)
        return f"/static/{self.tree}/{path}"


def load_assets(build: Path = BUILD, sources: Sequence[tuple[str, Path]] = SOURCES) -> Assets:
    """Return the built tree, or the sources when nothing was built.

    The build folder holds `manifest.json` with `{"tree": "<hash>"}` and the files in a folder of that name. A source
    that is newer than the build and not in it yet is served as it is, so nobody has to build to try something.
    """
    files: dict[str, Path] = {}
    for prefix, folder in sources:
        files |= {f"{prefix}/{name}".lstrip("/"): path for name, path in _files_below(folder).items()}
    manifest = build / "manifest.json"
    if not manifest.is_file():
        return Assets(_hash_of(files), files, is_built=False)
    tree = str(json.loads(manifest.read_text(encoding="utf-8"))["tree"])
    return Assets(tree, files | _files_below(build / tree))


def media_type(path: str) -> str:
    """Return the content type of a file by its name."""
    guess = TYPES.get(Path(path).suffix) or mimetypes.guess_type(path)[0]
    return guess or "application/octet-stream"


def _files_below(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def _hash_of(files: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:HASH_CHARS]
