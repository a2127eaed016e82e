"""AWS Lambda, behind API Gateway, a function URL, a load balancer, VPC Lattice, and at the edge of CloudFront.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.gateway import Platform, lazy

from .context import read_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Gateway, Invocation
    from fcbridge.trigger import Trigger


class Aws(Platform):
    name = "aws"
    title = "AWS Lambda"
    # Set by Lambda in every runtime, and by its emulators. Computers and other clouds have AWS_REGION and keys of AWS
    # in their environment, and test suites set the function's name; not these.
    signs = (
        frozenset({"AWS_LAMBDA_RUNTIME_API"}),
        frozenset({"AWS_LAMBDA_FUNCTION_NAME", "LAMBDA_TASK_ROOT"}),
    )

    @lazy
    def gateways(self) -> tuple[Gateway, ...]:
        from .alb import MULTIPLE_VALUES, SINGLE_VALUES
        from .edge import ORIGIN_REQUEST, VIEWER_REQUEST
        from .http1 import HTTP_API_1
        from .http2 import HTTP_API_2
        from .lattice import LATTICE_V1, LATTICE_V2
        from .rest import REST_API
        from .url import FUNCTION_URL

        return (
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

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers.cognito import COGNITO
        from .triggers.destination import DESTINATION, DESTINATION_SQS
        from .triggers.dynamodb import DYNAMODB
        from .triggers.eventbridge import EVENTBRIDGE
        from .triggers.firehose import FIREHOSE
        from .triggers.iot import IOT
        from .triggers.kafka import KAFKA
        from .triggers.kinesis import KINESIS
        from .triggers.logs import LOGS
        from .triggers.mq import ACTIVEMQ, RABBITMQ
        from .triggers.s3 import S3
        from .triggers.s3_batch import S3_BATCH
        from .triggers.scheduler import SCHEDULER
        from .triggers.ses import SES
        from .triggers.sns import SNS
        from .triggers.sqs import SQS
        from .triggers.stepfunctions import STEP_FUNCTIONS
        from .triggers.websocket import WEBSOCKET

        return (
            S3,
            S3_BATCH,
            SQS,
            SNS,
            EVENTBRIDGE,
            SCHEDULER,
            KINESIS,
            DYNAMODB,
            KAFKA,
            RABBITMQ,
            ACTIVEMQ,
            LOGS,
            SES,
            IOT,
            COGNITO,
            STEP_FUNCTIONS,
            FIREHOSE,
            WEBSOCKET,
            DESTINATION,
            DESTINATION_SQS,
        )

    @lazy
    def presumed(self) -> tuple[Trigger, ...]:
        from .triggers.iot import PRESUMED_IOT
        from .triggers.stepfunctions import PRESUMED_TASK

        return PRESUMED_IOT, PRESUMED_TASK

    def trigger(self, event: Any) -> Trigger | None:
        from .triggers.look import likely

        trigger = likely(event)
        return trigger if trigger is not None and trigger.matches(event) else super().trigger(event)

    def likely(self, event: Any) -> Gateway | None:
        if not is_object(event):
            return None
        if "rawPath" in event:
            from .payload2 import claimed, is_url

            if claimed(event) and is_url(event):
                from .url import FUNCTION_URL

                return FUNCTION_URL
            from .http2 import HTTP_API_2

            return HTTP_API_2
        if "resource" in event:
            if "version" in event:
                from .http1 import HTTP_API_1

                return HTTP_API_1
            from .rest import REST_API

            return REST_API
        if "httpMethod" in event:
            from .alb import MULTIPLE_VALUES, SINGLE_VALUES

            return MULTIPLE_VALUES if "multiValueHeaders" in event else SINGLE_VALUES
        return None

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def names(self, event: Any) -> str | None:
        from .strangers import named

        return named(event)


PLATFORM = Aws()
