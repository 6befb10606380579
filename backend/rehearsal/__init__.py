"""Rehearsal: a whole evening against a running server, over the interfaces people and devices use.

Knows the server only by its public interfaces; imports of the domain are limited to pure rules.
"""
