"""Containers for Poetry projects: read what a project says about itself, decide, explain, write."""

__version__ = "0.1.0"
