"""Side-by-side benchmarks: what an adapter adds to an app, for each invocation, at a cold start, and in memory.

python -m bench [--quick] [--json FILE] [PART ...]
python -m bench goals [PART ...]
python -m bench --page FILE ...

apps, events    what is measured: the same routes in several frameworks, the same requests in each event format
contestants     who takes part, each with the event format that it knows; they are made ready in
                limit (the app without an adapter), ours, peers, express
invocation      the time of one invocation, in one process
cold            the time of a process from nothing to its first answer
concurrency     many invocations at once in one instance
memory          the peak over one large request and response
soak            a million invocations, to see that nothing grows
goals           what an invocation is meant to cost, beside what it costs
table, record   how medians are printed, and kept
page            docs/performance.md, of what is kept
"""
