"""The connector: events that are no HTTP requests, on their way to the functions that take them.

connector       recognises a payload's source, drives its course, from a thread or from a loop
course          the events of one payload: who takes each, in which order they run, what the function returns
step            one call of a function, with the guard against running an event twice
registration    what has been registered: kind, filters, parameters
posts           events without a function, as requests to the app
warmups         events that only keep an instance warm
"""
