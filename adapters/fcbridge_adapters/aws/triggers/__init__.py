"""What calls a function of AWS Lambda beside HTTP: the sources of events, one module each or one for a close family.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html

A direct invocation (https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html) has no trigger of its own: its
payload is any JSON value, and nothing tells it from the task of a state machine.
"""
