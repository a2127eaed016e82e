"""What calls a function of AWS Lambda beside HTTP: the sources of events, one module each or one for a close family.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html

A direct invocation (https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html) has no trigger of its own: its
payload is any JSON value, and nothing tells it from the task of a state machine.
"""

from __future__ import annotations

from .cognito import COGNITO
from .destination import DESTINATION, DESTINATION_SQS
from .dynamodb import DYNAMODB
from .eventbridge import EVENTBRIDGE
from .firehose import FIREHOSE
from .iot import IOT, PRESUMED_IOT
from .kafka import KAFKA
from .kinesis import KINESIS
from .logs import LOGS
from .mq import ACTIVEMQ, RABBITMQ
from .s3 import S3
from .s3_batch import S3_BATCH
from .scheduler import SCHEDULER
from .ses import SES
from .sns import SNS
from .sqs import SQS
from .stepfunctions import PRESUMED_TASK, STEP_FUNCTIONS
from .websocket import WEBSOCKET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.trigger import Trigger

TRIGGERS: tuple[Trigger, ...] = (
    S3, SQS, SNS, EVENTBRIDGE, SCHEDULER, KINESIS, DYNAMODB, KAFKA, RABBITMQ, ACTIVEMQ, LOGS, SES, IOT, COGNITO,
    STEP_FUNCTIONS, FIREHOSE, WEBSOCKET, S3_BATCH, DESTINATION, DESTINATION_SQS,
)  # fmt: skip

#: What no shape tells, asked for only where everything else has been.
PRESUMED: tuple[Trigger, ...] = (PRESUMED_IOT, PRESUMED_TASK)
