"""The launcher says everything in two languages and never a sentence it does not have."""

import ast
import string
from pathlib import Path

import pytest

from launcher import paths, words


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", words._SENTENCES)
def test_sentence_has_the_same_values_in_both_languages(key: str) -> None:
    german, english = words._SENTENCES[key]
    assert german
    assert placeholders(german) == placeholders(english)


@pytest.mark.parametrize("path", sorted((paths.ROOT / "tools" / "launcher").glob("*.py")), ids=lambda path: path.name)
def test_sentence_asked_for_exists(path: Path) -> None:
    asked = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        if node.func.id in {"say", "complain", "words"} and isinstance(node.args[0], ast.Constant):
            asked.add(node.args[0].value)
    assert asked <= set(words._SENTENCES)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "de_DE.UTF-8"}, words.Language.DE),
        ({"LANG": "C.UTF-8"}, words.Language.EN),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "en_GB.UTF-8"}, words.Language.EN),
        ({}, words.Language.EN),
    ],
)
def test_language_follows_the_terminal(
    variables: dict[str, str], expected: words.Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert words.language() is expected
