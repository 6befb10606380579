"""What became of the input: weighing, council papers, deliberations, decisions, effects, milestones, answers.

`types` and `rules` are pure · `edges` and `trace` derive both directions of the trace from one set of edges ·
`models` are the tables · `actions` write, one verb each · `queries` read.
"""
