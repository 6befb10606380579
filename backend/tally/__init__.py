"""Counting: pure, exact and explicit about ties. Nothing here knows a database or a person."""
