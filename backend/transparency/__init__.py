"""The transparency log: an RFC 6962 tree published as C2SP files, so that strangers can check it.

Pure: canonical, merkle, compact, tiles, note, checkpoint, proof, commitment, ballots, types, entries.
Server: intents (record), sequencer, publisher, queries, erase, recover, export, service.
Reader: verifier, which imports the pure modules only.
"""
