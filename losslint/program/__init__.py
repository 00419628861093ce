"""The linted project: its modules, and how their imports find each other."""
