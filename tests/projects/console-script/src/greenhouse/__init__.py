"""Watering plan for a greenhouse."""
