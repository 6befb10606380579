"""Everything that belongs to one organisation, by the tables' own links: so that a sandbox can be thrown away whole.

Guarantees: a new table is reached as soon as it links to one that is; children are named before their parents.
Refuses nothing: whoever deletes asks first whether it is a sandbox. Pure but for SQLAlchemy's descriptions of tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import TopologicalSorter

from sqlalchemy import Column, ColumnElement, Delete, Table, delete, or_, select

ROOT = "organisation"
OWNER = "org_id"
NAMED = {OWNER: ROOT, "meeting_id": "meeting", "poll_id": "poll", "batch_id": "scan_batch", "stream_id": "meeting"}
"""Columns that mean another table, with or without a foreign key."""

Link = tuple[Column[object], Column[object]]


def deletions(tables: Sequence[Table], org_id: str) -> list[Delete]:
    """Return the statements that remove an organisation with all its rows, in an order that works."""
    links = reached(tables)
    order = TopologicalSorter({name: {link[1].table.name for link in each} - {name} for name, each in links.items()})
    by_name = {table.name: table for table in tables}
    parents_first = [by_name[name] for name in order.static_order()]
    return [delete(table).where(_belongs(table, links, org_id)) for table in reversed(parents_first)]


def reached(tables: Sequence[Table]) -> dict[str, list[Link]]:
    """Return the tables that hang on an organisation, each with the links that lead there."""
    by_name = {table.name: table for table in tables}
    links: dict[str, list[Link]] = {ROOT: []}
    is_growing = True
    while is_growing:
        found = {table.name: _links(table, by_name, links) for table in tables if table.name != ROOT}
        grown = links | {name: each for name, each in found.items() if each}
        is_growing = grown.keys() != links.keys()
        links = grown
    return links


def _links(table: Table, by_name: dict[str, Table], known: dict[str, list[Link]]) -> list[Link]:
    """Return how a table leads to known ones; its own organisation settles it."""
    named = [
        (column, by_name[parent].c.id)
        for name, parent in NAMED.items()
        if (column := table.c.get(name)) is not None and parent in known and parent != table.name
    ]
    owner = [link for link in named if link[0].name == OWNER]
    keys = [
        (key.parent, key.column)
        for constraint in table.foreign_key_constraints
        for key in constraint.elements
        if len(constraint.elements) == 1 and key.column.table.name in known and key.column.table is not table
    ]
    return owner or [*named, *keys]


def _belongs(table: Table, links: dict[str, list[Link]], org_id: str) -> ColumnElement[bool]:
    if table.name == ROOT:
        mine: ColumnElement[bool] = table.c.id == org_id
        return mine
    return or_(
        *(
            child.in_(select(parent).where(_belongs(parent.table, links, org_id)))
            for child, parent in links[table.name]
            if isinstance(parent.table, Table)
        )
    )
