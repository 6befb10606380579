"""The transparency log as static files over HTTP, plus openings and proofs (C2SP tlog-tiles, tlog-proof).

Anybody may read, from any origin: a verifier that runs elsewhere needs it. Nothing here is computed per reader
except proofs.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from litestar import Response, get
from litestar.params import Parameter

from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.transparency.openings import disclose
from backend.transparency.publisher import log_path
from backend.transparency.queries import newest_year, offline_proof
from backend.transparency.tiles import MalformedTile, parse_path
from backend.transparency.types import Position
from backend.web.access import PUBLIC

ANYWHERE = {"Access-Control-Allow-Origin": "*"}
MOVES_ON = ANYWHERE | {"Cache-Control": "no-cache"}
NEVER_CHANGES = ANYWHERE | {"Cache-Control": "public, max-age=31536000, immutable"}
MAX_PATH_CHARS = 200
TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"

Year = Annotated[int, Parameter(ge=2000, le=9999)]
Index = Annotated[int, Parameter(ge=0, le=2**53)]


class NotInTheLog(NotFound):
    """The log has no such file yet."""

    code = "not_in_the_log"
    title = "Das steht noch nicht im Protokoll"


@get("/.well-known/machmit-log", opt={"access": PUBLIC})
async def describe(rt: Runtime, reader: UnitOfWork) -> Response[JsonDict]:
    """Name the running year's log, the key that signs it and where its files are."""
    year = await newest_year(reader.session) or reader.now.year
    signer = rt.log.signer
    described = {
        "origin": signer.origin(year),
        "vkey": signer.for_year(year).key.vkey,
        "prefix": f"{rt.settings.public_url.rstrip('/')}/log/{year}",
    }
    return Response(described, headers=MOVES_ON)


@get("/log/{year:int}/checkpoint", opt={"access": PUBLIC})
async def checkpoint(year: Year, rt: Runtime) -> Response[bytes]:
    """Return the newest signed checkpoint of a year."""
    return await _file(rt, year, "checkpoint", media_type=TEXT, headers=MOVES_ON)


@get("/log/{year:int}/tile/{path:path}", opt={"access": PUBLIC})
async def tile(year: Year, path: str, rt: Runtime) -> Response[bytes]:
    """Return a tile of hashes or a bundle of entries, exactly as published."""
    try:
        wanted = parse_path(f"tile{path[:MAX_PATH_CHARS]}")
    except MalformedTile as malformed:
        raise NotInTheLog from malformed
    return await _file(rt, year, wanted.path, media_type=BYTES, headers=NEVER_CHANGES)


@get("/log/{year:int}/open/{index:int}", opt={"access": PUBLIC})
async def opening(year: Year, index: Index, reader: UnitOfWork) -> Response[Any]:
    """Return salt and payload of an entry, or say why they are not here (410 with the tombstone's place)."""
    disclosed = await disclose(reader.session, Position(year, index))
    return Response(disclosed.document, status_code=disclosed.status, headers=MOVES_ON)


@get("/log/{year:int}/proof/{index:int}", opt={"access": PUBLIC})
async def proof(year: Year, index: Index, rt: Runtime, reader: UnitOfWork) -> Response[bytes]:
    """Return the offline proof that an entry is in the published log."""
    found = await offline_proof(reader.session, rt.storage, Position(year, index))
    name = f"machmit-{year}-{index}.tlog-proof"
    headers = MOVES_ON | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.encode(), media_type=TEXT, headers=headers)


async def _file(rt: Runtime, year: int, name: str, *, media_type: str, headers: dict[str, str]) -> Response[bytes]:
    content = await asyncio.to_thread(rt.storage.get, log_path(year, name))
    if content is None:
        raise NotInTheLog
    return Response(content, media_type=media_type, headers=headers)


routes = [describe, checkpoint, tile, opening, proof]
