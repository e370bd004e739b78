"""Which Pythons there are, and which of them the frameworks run in."""
