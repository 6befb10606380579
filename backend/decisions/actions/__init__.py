"""Writing, one verb each: weigh, paper, deliberate, decide, effects, milestones, answer, retract."""
