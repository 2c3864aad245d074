"""What changes with the world, as literal tables; the source of each fact stands beside it."""
