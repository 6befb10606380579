"""The ballot box: cast, seal, openings. One way in for every channel: `cast`. One way out: `seal`."""
