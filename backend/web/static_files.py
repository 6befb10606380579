"""Serve the asset tree: `/static/<tree>/<path>`, for a year, gzipped where the browser takes it.

Only files known since start are served, so no path can leave the tree. A file asked for under an older tree's
name leads to today's file. Accent colours of organisations come as a style sheet of their own.
"""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from backend.kit.errors import NotFound
from backend.web.accent import accent_stylesheet
from backend.web.access import PUBLIC
from backend.web.assets import Assets, media_type

A_YEAR = "public, max-age=31536000, immutable"


@get("/static/{tree:str}/{path:path}", opt={"access": PUBLIC}, include_in_schema=False)
async def serve_asset(
    request: Request[Any, Any, Any], tree: FromPath[str], path: FromPath[str]
) -> Response[bytes] | Redirect:
    """Answer with a file of the tree. Raises: NotFound."""
    assets: Assets = request.app.state["assets"]
    name = str(path).lstrip("/")
    if name not in assets.files or name.endswith(".gz"):
        raise NotFound
    if tree != assets.tree:
        return Redirect(assets.href(name), status_code=307, headers={"Cache-Control": "no-store"})
    headers = {"Cache-Control": A_YEAR, "Vary": "Accept-Encoding"}
    file = assets.files[name]
    packed = assets.files.get(f"{name}.gz")
    if packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        file, headers = packed, headers | {"Content-Encoding": "gzip"}
    content = await asyncio.to_thread(file.read_bytes)
    return Response(content, media_type=media_type(name), headers=headers)


@get("/farben/{name:str}", opt={"access": PUBLIC}, include_in_schema=False, sync_to_thread=False)
def serve_accent(name: FromPath[str]) -> Response[str]:
    """Answer with the style sheet of an accent colour: `/farben/006b55.css`. Raises: NotFound."""
    sheet = accent_stylesheet(name.removesuffix(".css")) if name.endswith(".css") else None
    if sheet is None:
        raise NotFound
    return Response(sheet, media_type="text/css", headers={"Cache-Control": A_YEAR})


@get("/favicon.ico", opt={"access": PUBLIC}, include_in_schema=False, sync_to_thread=False)
def serve_favicon(request: Request[Any, Any, Any]) -> Redirect:
    """Lead browsers that ask without reading the page to the icon."""
    assets: Assets = request.app.state["assets"]
    return Redirect(assets.href("img/favicon.svg"), status_code=307)


static_routes = [serve_asset, serve_accent, serve_favicon]
