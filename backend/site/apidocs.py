"""The JSON interface, readable: made on the server from the same description programs get, without scripts.

`/api` lists every route by subject with parameters, body, answers and error codes. Nothing is loaded from elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get

from backend.web.access import PUBLIC
from backend.web.rendering import page

METHODS = ("get", "post", "put", "patch", "delete")
MAX_DEPTH = 6  # deeper examples help nobody
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One route of the interface."""

    method: str
    path: str
    summary: str
    parameters: tuple[str, ...]
    body: str
    answers: tuple[tuple[str, str], ...]

    @property
    def anchor(self) -> str:
        """Return the name of its place on the page."""
        return f"{self.method.lower()}-{self.path.strip('/').replace('/', '-').translate({123: None, 125: None})}"


@get("/api", opt={"access": PUBLIC}, include_in_schema=False, sync_to_thread=False)
def api_description(request: Request[Any, Any, Any]) -> Response[str]:
    """Show the interface to people."""
    return page(request, "site/pages/api.html", subjects=subjects(request.app.openapi_schema.to_schema()))


def subjects(schema: Schema) -> dict[str, list[Operation]]:
    """Return the operations of an OpenAPI description by the first word of their path."""
    found: dict[str, list[Operation]] = {}
    for operation in _operations(schema):
        words = [word for word in operation.path.split("/") if word not in {"", "api", "v1"}]
        found.setdefault(words[0] if words else "/", []).append(operation)
    return dict(sorted(found.items()))


def example_of(schema: Schema, document: Schema, depth: int = 0) -> object:
    """Return an example value of a schema: types in words, one entry per list, nested at most `MAX_DEPTH`."""
    if depth > MAX_DEPTH:
        return "…"
    chosen = _chosen(schema, document)
    if "enum" in chosen:
        return " | ".join(str(value) for value in chosen["enum"])
    if "properties" in chosen:
        return {name: example_of(part, document, depth + 1) for name, part in chosen["properties"].items()}
    if chosen.get("type") == "array":
        return [example_of(chosen.get("items", {}), document, depth + 1)]
    return chosen.get("const", chosen.get("format") or chosen.get("type") or "…")


def _chosen(schema: Schema, document: Schema) -> Schema:
    """Follow references and take the first of several possibilities."""
    while True:
        options = next((schema[word] for word in ("oneOf", "anyOf", "allOf") if schema.get(word)), None)
        if "$ref" in schema:
            schema = _resolved(schema["$ref"], document)
        elif options:
            schema = options[0]
        else:
            return schema


def _operations(schema: Schema) -> Iterator[Operation]:
    for path, item in sorted(schema.get("paths", {}).items()):
        for method in METHODS:
            if method in item:
                yield _operation(method, path, item[method], schema)


def _operation(method: str, path: str, described: Schema, document: Schema) -> Operation:
    answers = tuple((status, str(answer.get("description", ""))) for status, answer in described["responses"].items())
    return Operation(
        method=method.upper(),
        path=path,
        summary=str(described.get("description") or described.get("summary") or ""),
        parameters=tuple(_parameter(parameter) for parameter in described.get("parameters", [])),
        body=_body(described.get("requestBody"), document),
        answers=answers,
    )


def _parameter(parameter: Schema) -> str:
    kind = parameter.get("schema", {}).get("type", "")
    return f"{parameter['name']} ({parameter['in']}{', ' + str(kind) if kind else ''})"


def _body(described: Schema | None, document: Schema) -> str:
    content: Schema = (described or {}).get("content", {})
    schema = next((media["schema"] for media in content.values() if "schema" in media), None)
    if schema is None:
        return ""
    return json.dumps(example_of(schema, document), ensure_ascii=False, indent=2)


def _resolved(reference: str, document: Schema) -> Schema:
    part: Any = document
    for name in reference.removeprefix("#/").split("/"):
        part = part[name.replace("~1", "/").replace("~0", "~")]
    resolved: Schema = part
    return resolved


routes = [api_description]
