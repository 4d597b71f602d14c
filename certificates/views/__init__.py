"""Pages of certification, by noun."""
