"""Side-by-side benchmarks: what an adapter adds to an app, for each invocation and at a cold start.

python -m bench [--quick] [--app NAME] [invocation | cold]

apps, events    what is measured: the same routes in five frameworks, the same requests in each event format
contestants     the adapters, each with the event format that it knows, and LIMIT: the app without any
invocation      the time of one invocation, in one process
cold            the time of a process from nothing to its first answer
table           medians, and how they are printed
"""
