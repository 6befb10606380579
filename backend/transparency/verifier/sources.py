"""Where the files of a log come from: a copied directory or a running server.

Guarantees: reads only; what is absent is None; answers are bounded in size and time.
Refuses:    redirects, answers beyond `FILE_BYTES_MAX` and servers that fail (`SourceError`).
"""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol

import httpx

from backend.transparency.note import VerifierKey

FILE_BYTES_MAX: Final = 256 * 1024 * 1024
"""Openings of two million ballots."""
TIMEOUT_S: Final = 30.0
CONNECTIONS: Final = 8

_ANSWERS: Final = frozenset({HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.GONE})
"""An opening may also say that it is sealed or erased."""


class SourceError(OSError):
    """The source failed, which says nothing about the log."""


class Source(Protocol):
    """The files of one installation's logs."""

    def years(self) -> list[int]:
        """Return the years that have a log, ascending."""
        ...

    def file(self, year: int, name: str) -> bytes | None:
        """Return a file of a year's log, by its path below the log's prefix."""
        ...

    def openings(self, year: int, indices: Iterable[int]) -> Iterator[tuple[int, bytes | None]]:
        """Return what is told of the payloads of these entries."""
        ...

    def ballots(self, poll: str) -> bytes | None:
        """Return the openings of a poll."""
        ...

    def policy(self) -> str | None:
        """Return the policy that comes with the files: the keys they claim."""
        ...


class DirectorySource:
    """What `machmit log export` wrote."""

    def __init__(self, root: Path) -> None:
        """Read below `root`."""
        self._root = root

    def years(self) -> list[int]:
        """Return the years that have a folder."""
        return sorted(int(path.name) for path in self._root.glob("log/*") if path.name.isdecimal())

    def file(self, year: int, name: str) -> bytes | None:
        """Return a file of a year's log."""
        return _read(self._root / "log" / str(year) / name)

    def openings(self, year: int, indices: Iterable[int]) -> Iterator[tuple[int, bytes | None]]:
        """Return `open/<index>.json` of each entry."""
        folder = self._root / "log" / str(year) / "open"
        for index in indices:
            yield index, _read(folder / f"{index}.json")

    def ballots(self, poll: str) -> bytes | None:
        """Return `openings/<poll>.jsonl`."""
        return _read(self._root / "openings" / f"{poll}.jsonl")

    def policy(self) -> str | None:
        """Return `policy.txt`."""
        content = _read(self._root / "policy.txt")
        return None if content is None else content.decode("utf-8", "replace")


class UrlSource:
    """A running server, over its public addresses."""

    def __init__(self, client: httpx.Client) -> None:
        """Ask with `client`, whose base address is the server's."""
        self._client = client
        self._key = self._claimed_key()

    @classmethod
    def at(cls, url: str) -> "UrlSource":
        """Return the source behind an address, without following redirects."""
        limits = httpx.Limits(max_connections=CONNECTIONS)
        client = httpx.Client(base_url=url.rstrip("/"), timeout=TIMEOUT_S, limits=limits)
        try:
            return cls(client)
        except SourceError:
            client.close()
            raise

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def years(self) -> list[int]:
        """Return the server's years: the present one, and those before that still answer."""
        years = [int(self._key.name.rpartition("/")[2])]
        while self.file(years[0] - 1, "checkpoint") is not None:
            years.insert(0, years[0] - 1)
        return years

    def file(self, year: int, name: str) -> bytes | None:
        """Return a file of a year's log."""
        return self._get(f"/log/{year}/{name}")

    def openings(self, year: int, indices: Iterable[int]) -> Iterator[tuple[int, bytes | None]]:
        """Ask for each entry's payload, several at a time."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            numbers = list(indices)
            answers = pool.map(lambda index: self._get(f"/log/{year}/open/{index}"), numbers)
            yield from zip(numbers, answers, strict=True)

    def ballots(self, poll: str) -> bytes | None:
        """Return the openings of a poll."""
        return self._get(f"/api/v1/polls/{poll}/openings.jsonl")

    def policy(self) -> str | None:
        """Return the key the server claims, for every year under that year's name."""
        prefix = self._key.name.rpartition("/")[0]
        keys = [VerifierKey(f"{prefix}/{year}", self._key.public) for year in self.years()]
        return "".join(f"log {key.vkey}\n" for key in keys)

    def _claimed_key(self) -> VerifierKey:
        content = self._get("/.well-known/machmit-log")
        try:
            key = VerifierKey.parse(json.loads(content or b"")["vkey"])
            int(key.name.rpartition("/")[2])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise SourceError("expected the address and key of a log") from error
        return key

    def _get(self, path: str) -> bytes | None:
        try:
            with self._client.stream("GET", path) as response:
                if response.status_code == HTTPStatus.NOT_FOUND:
                    return None
                if response.status_code not in _ANSWERS:
                    raise SourceError(f"expected an answer to {path}, got {response.status_code}")
                return _bounded(response)
        except httpx.HTTPError as error:
            raise SourceError(f"expected an answer to {path}, got {error}") from error


def _bounded(response: httpx.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > FILE_BYTES_MAX:
            raise SourceError(f"expected at most {FILE_BYTES_MAX} bytes")
    return bytes(content)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
