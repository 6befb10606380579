"""Reading: facts, trace, proofs, the answer clock, what the editors and the start page need."""
