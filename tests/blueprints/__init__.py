"""Tests of the files in `blueprints/`."""
