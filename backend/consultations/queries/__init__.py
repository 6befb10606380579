"""Reads: frozen views for surfaces. Every query names its rows' limit."""
