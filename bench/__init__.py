"""How fast the product is, measured on this machine: `make bench`. docs/speed.md says how."""
