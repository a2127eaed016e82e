"""The sources of events of Function Compute that are no HTTP requests.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/formats-of-event-for-different-triggers
What a function returns to them is thrown away, and none takes partial results: a failure fails the whole payload.
"""
