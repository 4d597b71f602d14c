"""A large synthetic world for benches: plausible rows, written in bulk, the same for the same seed."""
