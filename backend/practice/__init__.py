"""Rehearsals from the office: a sandbox organisation made for each, played by a child process, then thrown away.

Pure: types, script, reach. Server: models, queries, actions, sandbox, runner.
"""
