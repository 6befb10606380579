"""The mistakes a mutation run makes: small, each by itself, and none in what is only said."""

import ast

import pytest

from mutation.sites import mutants

SOURCE = '''
LIMIT: Final = 5
Name: TypeAlias = "str"

class Box:
    size: int = 3

    @property
    def is_full(self) -> "bool":
        """Tell whether it is full."""
        assert self.size > 0
        return self.size >= LIMIT

def place(boxes, wanted=1):
    for box in boxes:
        if box.is_full:
            continue
        if wanted < 1:
            raise Wrong("expected at least 1 box")
        box.size += wanted
        return min(box.size, key=lambda each: not each)
    return None
'''


def written_mutants() -> list[tuple[str, str]]:
    """Apply every mutant to a fresh module and return its owner with the line that differs."""
    found = []
    for place in range(len(list(mutants(ast.parse(SOURCE))))):
        module = ast.parse(SOURCE)
        mutant = list(mutants(module))[place]
        mutant.apply()
        compile(module, "sample", "exec")
        before, after = (ast.unparse(each).splitlines() for each in (ast.parse(SOURCE), module))
        changed = [line.strip() for line in after if line not in before]
        found.append((mutant.owner.name, " / ".join(changed)))
    return found


def test_mutants_of_a_module_are_single_mistakes() -> None:
    assert written_mutants() == [
        ("LIMIT", "LIMIT: Final = 6"),
        ("Box.is_full", "return None"),
        ("Box.is_full", "return self.size > LIMIT"),
        ("place", "if not box.is_full:"),
        ("place", "break"),
        ("place", "if wanted <= 1:"),
        ("place", "if wanted < 2:"),
        ("place", "pass"),
        ("place", "box.size -= wanted"),
        ("place", "pass"),
        ("place", "return None"),
        ("place", "return max(box.size, key=lambda each: not each)"),
        ("place", "return min(box.size, key=lambda each: each)"),
    ]


def test_mutant_of_a_decorated_function_names_its_first_line() -> None:
    owners = {mutant.owner for mutant in mutants(ast.parse(SOURCE)) if mutant.owner.name == "Box.is_full"}
    assert [owner.first_line for owner in owners] == [8]


@pytest.mark.parametrize("source", ['"""Say."""', "def say():\n    return f'{1 + 1} apples'", "x: int", "LATER = None"])
def test_mutants_leave_texts_and_declarations_alone(source: str) -> None:
    assert [mutant.what for mutant in mutants(ast.parse(source))] in ([], ["returns None"])
