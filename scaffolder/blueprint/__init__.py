"""Blueprints of one's own: where they come from, what they are given, and whether they hold together."""
