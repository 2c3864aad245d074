"""The edge to the user's disk: the only package that reads it."""
