"""The JSON API under /api/v1: parse, authenticate, call one action, answer."""
