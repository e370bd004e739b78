"""The profiler: the form that starts a run, its live curves, and what they amount to."""
