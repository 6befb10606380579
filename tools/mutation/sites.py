"""Where a module can be made wrong, and how.

Changed are comparisons, arithmetic, conditions, constants, returned values, statements without a value, and
`min`/`max`, `any`/`all`. Left alone are annotations, defaults, patterns, assertions, what an error says, texts with
blanks, and declarations in class bodies.
"""

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

Replace: TypeAlias = Callable[[ast.AST], None]
Change: TypeAlias = tuple[str, ast.AST]

_OPERATORS: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_FUNCTIONS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_FIELDS_LEFT_ALONE: Final = {"annotation", "returns", "decorator_list", "pattern", "ctx"}
_CONDITIONS: Final = ast.Name | ast.Attribute | ast.Call | ast.Await | ast.Subscript


@dataclass(frozen=True, slots=True)
class Owner:
    """The function a mutant lies in, as its code object names it, or the constant (line 0)."""

    name: str
    first_line: int = 0


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small mistake; `apply` makes it in the parsed module."""

    owner: Owner
    lines: range
    what: str
    apply: Callable[[], None]


def mutants(module: ast.Module) -> Iterator[Mutant]:
    """Yield every mutant of a parsed module, top-down."""
    yield from _in_scope(module.body, "")


def _in_scope(body: Sequence[ast.stmt], prefix: str) -> Iterator[Mutant]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                owner = Owner(prefix + node.name, first)
                for place, statement in enumerate(node.body):
                    yield from _sites(owner, statement, partial(node.body.__setitem__, place), statement)
            case ast.ClassDef():
                yield from _in_scope(node.body, f"{prefix}{node.name}.")
            case ast.Assign(targets=[ast.Name(id=name)]) if not prefix and not _is_declaration(name, node.value):
                yield from _sites(Owner(name), node.value, partial(setattr, node, "value"), node)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if not prefix:
                if "TypeAlias" not in ast.dump(node.annotation):
                    yield from _sites(Owner(name), value, partial(setattr, node, "value"), node)


def _is_declaration(name: str, value: ast.expr) -> bool:
    makes_type = isinstance(value, ast.Call) and ast.unparse(value.func) in {"NewType", "TypeVar"}
    return makes_type or name.startswith("__")


def _sites(owner: Owner, node: ast.AST, replace: Replace, statement: ast.stmt) -> Iterator[Mutant]:
    if isinstance(node, ast.Assert | ast.pattern | ast.JoinedStr | ast.arguments) or _is_text(node):
        return
    if isinstance(node, ast.stmt):
        statement = node
    last = getattr(node, "end_lineno", None) or statement.lineno
    if isinstance(node, ast.If | ast.While | ast.For | ast.With):
        last = node.lineno
    for what, new in _changes(node):
        yield Mutant(owner, range(statement.lineno, last + 1), what, partial(_put, replace, node, new))
    for child, put in _children(node):
        yield from _sites(owner, child, put, statement)


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, Replace]]:
    """Yield the parts that may be changed, each with how to put another in its place."""
    if isinstance(node, ast.Raise):
        return
    for field, value in ast.iter_fields(node):
        if field in _FIELDS_LEFT_ALONE:
            continue
        if isinstance(value, list):
            for place, child in enumerate(value):
                if isinstance(child, ast.AST):
                    yield child, partial(value.__setitem__, place)
        elif isinstance(value, ast.AST):
            yield value, partial(setattr, node, field)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _put(replace: Replace, old: ast.AST, new: ast.AST) -> None:
    replace(ast.fix_missing_locations(ast.copy_location(new, old)))


def _changes(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare():
            for place, operator in enumerate(node.ops):
                new = _OPERATORS[type(operator)]()
                ops = [*node.ops[:place], new, *node.ops[place + 1 :]]
                yield _named(operator, new), _with(node, ops=ops)
        case ast.BinOp() | ast.BoolOp() | ast.AugAssign():
            if type(node.op) in _OPERATORS:
                new = _OPERATORS[type(node.op)]()
                yield _named(node.op, new), _with(node, op=new)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield f"without {type(node.op).__name__}", node.operand
        case ast.Constant():
            yield from _other_constants(node)
        case ast.Name(id=name, ctx=ast.Load()) if name in _FUNCTIONS:
            yield f"{name} → {_FUNCTIONS[name]}", _with(node, id=_FUNCTIONS[name])
    yield from _other_statements(node)


def _other_constants(node: ast.Constant) -> Iterator[Change]:
    match node.value:
        case bool(value):
            yield f"{value} → {not value}", ast.Constant(not value)
        case int(value):
            yield f"{value} → {value + 1}", ast.Constant(value + 1)
        case str(value) if " " not in value:
            yield f"{value!r} → another text", ast.Constant(value + "_")
        case bytes(value):
            yield f"{value!r} → other bytes", ast.Constant(value + b"_")


def _other_statements(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "returns None", ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
            return
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Delete() | ast.Break():
            yield "left out", ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "left out", ast.Pass()
        case ast.Continue():
            yield "continue → break", ast.Break()
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if isinstance(test, _CONDITIONS):
            yield "condition turned round", _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[_, *_]):
            yield "condition left out", _with(node, ifs=node.ifs[1:])


def _named(old: ast.AST, new: ast.AST) -> str:
    return f"{type(old).__name__} → {type(new).__name__}"


def _with(node: ast.AST, **changed: object) -> ast.AST:
    new = copy.copy(node)
    for field, value in changed.items():
        setattr(new, field, value)
    return new
