"""Statistics: pure functions of numbers and records.

`compare` gives the verdicts of a run, `summarise` one line for each contender and workload.
"""
