"""Launching, supervising, sampling and scheduling worker processes."""
