"""The live room and the phone ballot.

`frames` what is said · `wire`, `lines`, `protocol` how it travels · `room`, `fanout`, `rooms` who hears it ·
`identity`, `messages`, `socket` who speaks · `pages` the ballot without JavaScript.
"""
