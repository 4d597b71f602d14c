"""The demo world: fictional enterprises and people, made through the same actions that people use."""
