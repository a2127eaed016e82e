"""What an invocation costs, counted instead of timed: the same figure on every machine, at any load.

``python -m tests.cost`` prints the figures, with ``--write`` it records them for the Python that it runs on.
"""
