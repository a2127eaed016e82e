"""AWS Lambda, behind API Gateway, a function URL, a load balancer, VPC Lattice, and at the edge of CloudFront.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from __future__ import annotations

from fcbridge.gateway import Platform

from .alb import MULTIPLE_VALUES, SINGLE_VALUES
from .context import read_context
from .edge import ORIGIN_REQUEST, VIEWER_REQUEST
from .http1 import HTTP_API_1
from .http2 import HTTP_API_2
from .lattice import LATTICE_V1, LATTICE_V2
from .rest import REST_API
from .strangers import named
from .url import FUNCTION_URL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Gateway, Invocation


class Aws(Platform):
    name = "aws"
    title = "AWS Lambda"
    gateways: tuple[Gateway, ...] = (
        HTTP_API_2,
        FUNCTION_URL,
        REST_API,
        HTTP_API_1,
        SINGLE_VALUES,
        MULTIPLE_VALUES,
        LATTICE_V1,
        LATTICE_V2,
        VIEWER_REQUEST,
        ORIGIN_REQUEST,
    )
    # Set by Lambda in every runtime, and by its emulators. Computers and other clouds have AWS_REGION and keys of AWS
    # in their environment, and test suites set the function's name; not these.
    signs = (
        frozenset({"AWS_LAMBDA_RUNTIME_API"}),
        frozenset({"AWS_LAMBDA_FUNCTION_NAME", "LAMBDA_TASK_ROOT"}),
    )

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def names(self, event: Any) -> str | None:
        return named(event)


PLATFORM = Aws()
