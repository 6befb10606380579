"""Questions to vote on: definition, states, register and the key that hides ballots until sealing."""
