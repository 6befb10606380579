"""Mutation runs: does a test fail when the code is wrong? See docs/quality.md."""
