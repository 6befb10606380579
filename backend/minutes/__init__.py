"""Minutes of meetings (Niederschrift): generated from what happened, edited, signed by two people, published."""
