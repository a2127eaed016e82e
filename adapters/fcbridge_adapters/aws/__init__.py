"""AWS Lambda, behind API Gateway, a function URL, a load balancer, VPC Lattice, and at the edge of CloudFront.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from __future__ import annotations

from fcbridge.gateway import Platform

from .context import read_context
from .edge import ORIGIN_REQUEST, VIEWER_REQUEST
from .lattice import LATTICE_V1, LATTICE_V2

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Gateway, Invocation


class Aws(Platform):
    name = "aws"
    title = "AWS Lambda"
    gateways: tuple[Gateway, ...] = (LATTICE_V1, LATTICE_V2, VIEWER_REQUEST, ORIGIN_REQUEST)
    # Set by Lambda in every runtime, and by its emulators. Computers and other clouds have AWS_REGION and keys of AWS
    # in their environment, and test suites set the function's name; not these.
    signs = (
        frozenset({"AWS_LAMBDA_RUNTIME_API"}),
        frozenset({"AWS_LAMBDA_FUNCTION_NAME", "LAMBDA_TASK_ROOT"}),
    )

    def invocation(self, context: object) -> Invocation:
        return read_context(context)


PLATFORM = Aws()
