"""The documents are true: a path they name exists, a command they show is one there is."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from backend.cli import cli
from launcher import doctor, main, paths, system

DOCUMENTS = sorted([*paths.ROOT.glob("*.md"), *(paths.ROOT / "docs").rglob("*.md")])
TOP_LEVEL = {path.name for path in paths.ROOT.iterdir()}
MADE_LATER = {".cache", ".demo", ".env", ".venv", "build", "node_modules", "secrets"}
_QUOTED = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
_FENCED = re.compile(r"^```(?:sh|console|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITION = re.compile(r"^(?P<file>[\w/.-]+\.(?:py|js)):(?P<name>[\w.]+)$")
_PATH = re.compile(r"^[\w.@-]+(?:/[\w.@-]+)*/?$")


def named_paths(document: Path) -> Iterator[str]:
    """Yield what looks like a path in this repository."""
    text = document.read_text(encoding="utf-8")
    for token in _QUOTED.findall(text):
        first = token.partition("/")[0]
        if "/" in token and _PATH.match(token) and first in TOP_LEVEL - MADE_LATER:
            yield token


def defined_in(file: Path) -> set[str]:
    """Return what a source file defines: functions and classes, and methods as `Class.method`."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        return set(re.findall(r"(?:class|function)\s+(\w+)", text))
    names = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, _FUNCTIONS)}
        if isinstance(node, (ast.ClassDef, *_FUNCTIONS)):
            names.add(node.name)
    return names


def commands(document: Path, program: str) -> Iterator[list[str]]:
    """Yield the words after the program's name of every command shown."""
    text = document.read_text(encoding="utf-8")
    lines = [line for block in _FENCED.findall(text) for line in block.splitlines()]
    for shown in [*_QUOTED.findall(text), *lines]:
        words = shlex.split(shown.removeprefix("$ "), comments=True) if shown.count('"') % 2 == 0 else []
        if words[:1] == [program] and len(words) > 1 and not set("…[|<") & set(shown):
            yield words[1:]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(paths.ROOT).as_posix())
def test_path_in_a_document_exists(document: Path) -> None:
    absent = [name for name in named_paths(document) if not (paths.ROOT / name).exists()]
    links = _LINK.findall(document.read_text(encoding="utf-8"))
    absent += [link for link in links if not (document.parent / link).exists()]
    assert not absent


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(paths.ROOT).as_posix())
def test_name_in_a_document_is_defined_in_its_file(document: Path) -> None:
    shown = [_DEFINITION.match(token) for token in _QUOTED.findall(document.read_text(encoding="utf-8"))]
    named = [(match["file"], match["name"]) for match in shown if match]
    assert not [(file, name) for file, name in named if name not in defined_in(paths.ROOT / file)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(paths.ROOT).as_posix())
def test_mach_command_in_a_document_is_understood(document: Path) -> None:
    parser = main._parser()
    for words in commands(document, "./mach"):
        assert parser.parse_args(words).command


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(paths.ROOT).as_posix())
def test_machmit_command_in_a_document_exists(document: Path) -> None:
    for words in commands(document, "machmit"):
        found: click.Command | None = cli
        for word in words:
            if not isinstance(found, click.Group):
                break
            found = found.get_command(click.Context(found), word)
        assert found is not None, words


def test_document_of_machines_names_the_command_for_every_piece() -> None:
    machines = (paths.ROOT / "docs" / "operations" / "machines.md").read_text(encoding="utf-8")
    lacking = [piece.name for piece in system.PIECES if f"`{piece.remedy}`" not in machines]
    lacking += [
        finding.name for finding in doctor._others() if "apt-get" in finding.remedy and finding.remedy not in machines
    ]
    assert not lacking
