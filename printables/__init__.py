"""Printed matter and the way back: typed documents in, PDF bytes out; images in, decoded sheets out.

Pure: no database, no network, no clock, no import of `backend`. See docs/algorithms/paper.md.
"""
