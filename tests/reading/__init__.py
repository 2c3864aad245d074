"""Tests of `scaffolder.reading`."""
