"""Tests of `scaffolder.poetry`."""
