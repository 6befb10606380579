"""Put a mutant's code into modules that are loaded already.

Guarantees: a function keeps its identity, whatever decorators and classes hold it; constants made from what changed
– directly, or by functions that ran while the module was loaded – are made anew, wherever they were imported to.
"""

import ast
import gc
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TypeAlias

from mutation.sites import Owner

Functions: TypeAlias = Mapping[tuple[str, str, int], Sequence[FunctionType]]
"""The loaded functions of a file by name and first line."""


def loaded_functions(files: Sequence[Path]) -> Functions:
    """Find every function of these files."""
    names = {str(file) for file in files}
    found = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename in names:
            found[each.__code__.co_filename, each.__code__.co_qualname, each.__code__.co_firstlineno].append(each)
    return found


def constants_from(module: ast.Module, owner: Owner) -> list[str]:
    """Name the module's constants that depend on a function or constant, itself included."""
    uses, constants = {}, []
    for node in module.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                constants.append(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                pass
            case _:
                continue
        uses[name] = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} - {name}
    changed = {owner.name.partition(".")[0]}
    while more := {name for name, used in uses.items() if used & changed} - changed:
        changed |= more
    return [name for name in constants if name in changed]


def exchange(file: Path, code: CodeType, owner: Owner, functions: Functions, constants: Sequence[str]) -> None:
    """Make the loaded module behave as `code`, the compiled module with a mistake in `owner`."""
    if owner.first_line:
        place = (owner.name, owner.first_line)
        (new,) = [each for each in _codes(code) if (each.co_qualname, each.co_firstlineno) == place]
        for function in functions[str(file), *place]:
            function.__code__ = new
    if not constants:
        return
    for loaded in [each for each in sys.modules.values() if getattr(each, "__file__", None) == str(file)]:
        copy = ModuleType(loaded.__name__)
        exec(code, copy.__dict__)  # noqa: S102  our own module once more
        for name in constants:
            _replace_everywhere(name, getattr(loaded, name), getattr(copy, name))


def _replace_everywhere(name: str, old: object, new: object) -> None:
    for module in list(sys.modules.values()):
        if getattr(module, "__dict__", {}).get(name) is old:
            setattr(module, name, new)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)
