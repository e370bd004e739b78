"""Pythons: which there are, what they hold, how a worker is started in one."""
