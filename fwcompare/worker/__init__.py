"""What runs inside the worker process: a guest in a foreign interpreter (Python 3.9 or newer).

Imports the standard library, NumPy and the one framework that is measured, and nothing else of ours.
The core imports `wire`, and the workloads' `spec` and `reference`, from here as well.
"""
