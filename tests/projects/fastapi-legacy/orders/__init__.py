"""Takes orders and counts them."""
