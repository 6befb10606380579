"""Consultations: procedures with phases, contributions on every channel, moderation and topics.

`types` and `rules` are pure; `actions` change, `queries` read; `*_tables` hold the rows.
"""
