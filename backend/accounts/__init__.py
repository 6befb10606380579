"""Who may do what where: organisations with their places, staff, roles, sessions and tokens."""
