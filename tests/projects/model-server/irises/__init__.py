"""Tells the species of an iris by its measurements."""
