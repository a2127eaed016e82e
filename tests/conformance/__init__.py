"""Conformance on suites that others wrote: Starlette's and Flask's own tests, through a gateway.

    python -m tests.conformance                  # every gateway
    python -m tests.conformance fc3-http --suite flask

Each suite runs twice in an environment of its own, from pinned source distributions: plainly, and with every HTTP
request of its test clients travelling HTTP -> event -> JSON -> handler -> payload -> JSON -> HTTP. A test whose outcome
differs must be listed in ``differences/`` with its reason: a loss that the gateway declares, a limit that it declares,
or a capability that a buffered function cannot have.

A difference that is not listed fails, and so does a listed one that no longer occurs, and a reason that does not hold:
tests listed under a loss are run once more without the gateway, with nothing but that loss in their way, and must
differ there too; in a test listed under a limit, the gateway must have refused a request or a response for it.

Layout:

    suites          what is run: the pinned source distributions
    workshop        the folder .conformance/: downloads, their environment
    outcomes        one run of one suite, and the outcome of each of its tests
    runs            all of them, each made once
    differences     the listed differences
    verdict         what was observed against what is listed
    proposal        the list with what a run has found, for whoever brings a new gateway
    report          the table, in the terminal and on the page of the documentation, and the JSON
    plugin/         the pytest plugin that sends the requests of the test clients on their way
"""
