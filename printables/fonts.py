"""Which Fira Sans a page is set in: the given directory, the one the web build left beside the package, the system's.

Guarantees: the answer depends on files only, asked anew for every page, so a build that is replaced is never half
used. Without any the system's sans-serif takes over – legible, but no longer the town's hand.
"""

from pathlib import Path
from typing import Final

FAMILY: Final = "Fira Sans"
WEIGHTS: Final = {"Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700}
_SUFFIXES: Final = (".woff2", ".ttf", ".otf")
_BUILT: Final = Path(__file__).resolve().parents[1] / "build" / "fonts"


def font_directory(given: Path | None, built: Path = _BUILT) -> Path | None:
    """Return the directory to take fonts from, or None for the system's."""
    if given is not None:
        return given.resolve()
    return built if built.is_dir() else None


def font_faces(directory: Path | None) -> str:
    """Return `@font-face` rules for the weights found in the directory or one level below it."""
    if directory is None:
        return ""
    found = ((weight, _file(directory, f"FiraSans-{name}")) for name, weight in WEIGHTS.items())
    return "\n".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};src:url("{path.as_uri()}")}}'
        for weight, path in found
        if path is not None
    )


def _file(directory: Path, stem: str) -> Path | None:
    folders = [directory, *sorted(child for child in directory.iterdir() if child.is_dir())]
    candidates = (folder / f"{stem}{suffix}" for folder in folders for suffix in _SUFFIXES)
    return next((path for path in candidates if path.is_file()), None)
