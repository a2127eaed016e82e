"""The entry points of other adapters for AWS Lambda, with their arguments, on this engine.

from fcbridge.compat.mangum import Mangum
from fcbridge.compat.apig_wsgi import make_lambda_handler
from fcbridge.compat.serverless_wsgi import handle_request
from fcbridge.compat.awsgi import response

One module a peer, called as the peer's own is. What differs from a peer is on the page "From another adapter": it is
right here where the peer loses something. ``fcbridge migrate`` shows the one line that changes.
"""
