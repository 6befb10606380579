"""Who may call what, as a table made from the routes themselves: `python -m backend.access_table`.

The table is committed (docs/security/access.md) and compared by a test, so that a new route is a visible decision.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from litestar import Litestar
from litestar.routes import ASGIRoute, HTTPRoute, WebSocketRoute

from backend.accounts.types import ROLE_RIGHTS, Role
from backend.demo.secrets import demo_settings
from backend.main import create_app
from backend.web.access import Access

WORDS = {
    "public": "everybody",
    "signed_in": "signed in",
    "device": "enrolled device",
    "demo": "everybody, in the demo only",
}


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One route and method with its decision."""

    path: str
    method: str
    access: Access | None

    @property
    def who(self) -> str:
        """Name who may call it."""
        if self.access is None:
            return "nobody (no decision)"
        if self.access.right is None:
            return WORDS[self.access.kind]
        return ", ".join(sorted(role_names(self.access)))

    @property
    def right(self) -> str:
        """Name the right it asks for."""
        return self.access.right.value if self.access and self.access.right else "–"


def role_names(access: Access) -> Iterable[str]:
    """Yield the roles that carry the right of a decision."""
    return (role.value for role in Role if access.right in ROLE_RIGHTS[role])


def rows_of(app: Litestar) -> list[Row]:
    """Return every route of the application, sockets included."""
    rows: dict[tuple[str, str], Row] = {}
    for route in app.routes:
        path = route.path_format
        for method, opt in _handlers(route):
            access = opt.get("access")
            rows[path, method] = Row(path, method, access if isinstance(access, Access) else None)
    return [rows[key] for key in sorted(rows)]


def table(app: Litestar) -> str:
    """Return the table as Markdown."""
    lines = [
        "# Who may call what",
        "",
        "Made from the routes by `python -m backend.access_table`; a test keeps it true. A right holds only in the",
        "organisation the path parameters belong to; somebody with the role elsewhere is refused.",
        "",
        "| method | path | right | who |",
        "|---|---|---|---|",
    ]
    lines += [f"| {row.method} | `{row.path}` | {row.right} | {row.who} |" for row in rows_of(app)]
    return "\n".join(lines) + "\n"


def _handlers(route: HTTPRoute | WebSocketRoute | ASGIRoute) -> list[tuple[str, dict[str, object]]]:
    if isinstance(route, HTTPRoute):
        pairs = [(str(method), handler) for method, (handler, _) in route.route_handler_map.items()]
        return [(method, handler.opt) for method, handler in pairs if method != "OPTIONS"]
    return [("WS" if isinstance(route, WebSocketRoute) else "ASGI", route.route_handler.opt)]


def main() -> None:
    """Print the table of the application."""
    app = create_app(demo_settings(Path(tempfile.gettempdir()), "http://127.0.0.1:8000"))
    print(table(app), end="")  # noqa: T201 - the command's output


if __name__ == "__main__":
    main()
