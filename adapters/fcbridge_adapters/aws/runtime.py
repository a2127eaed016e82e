"""Lambda's managed Python runtime, played: how it calls ``handler(event, context)`` and reads the result.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html for the contract; the encoding of results and errors is
that of the runtime's own code (aws/aws-lambda-python-runtime-interface-client).
"""

from __future__ import annotations

from fcbridge.errors import AppProtocolError, MalformedEvent
from fcbridge.gateway import Runtime

from .runtime_context import LOG_STREAM, VERSION, LambdaContext, log_group

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Handler, Settings


class UnmarshalError(MalformedEvent):
    """The event is not JSON."""


class MarshalError(AppProtocolError):
    """The result is nothing that JSON knows."""


class LambdaRuntime(Runtime):
    """The event arrives as the value that its JSON stands for; the runtime itself makes JSON of the result."""

    name = "lambda"
    log_format = "[%(levelname)s]\t%(asctime)s\t%(request_id)s\t%(message)s"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        import json

        if isinstance(event, bytes):
            try:
                event = json.loads(event)
            except (ValueError, RecursionError) as error:
                raise UnmarshalError(
                    f"Unable to unmarshal input: {error}",
                    hint="Lambda calls a function with JSON; `fcbridge event generate aws-http-v2` makes some",
                ) from None
        try:
            result = handler(event, context)
            return result if isinstance(result, bytes) else _json(result)
        except Exception as error:
            # The document of the error is asked for later, and has the id of the invocation in it.
            vars(error)[_REQUEST_ID] = getattr(context, "aws_request_id", "")
            raise

    def context(self, settings: Settings, request_id: str) -> LambdaContext:
        return LambdaContext(settings, request_id)

    def error(self, exception: BaseException) -> dict[str, object]:
        import traceback

        message, kind, stack = (
            str(exception),
            type(exception).__name__,
            [*traceback.extract_tb(exception.__traceback__)],
        )
        if isinstance(exception, (MarshalError, UnmarshalError)):
            message, kind, stack = exception.message, f"Runtime.{kind}", []
        while stack and stack[0].filename == __file__:
            del stack[0]  # the runtime leaves its own frames out
        return {
            "errorMessage": message,
            "errorType": kind,
            "requestId": vars(exception).get(_REQUEST_ID, ""),
            # Of plain tuples, lest Python marks the place in the line, which the runtime does not let it do.
            "stackTrace": traceback.format_list(
                [(frame.filename, frame.lineno or 0, frame.name, frame.line) for frame in stack]
            ),
        }

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime

        Without what would break a process elsewhere: PATH and PYTHONPATH of the image, the address of the Runtime API.
        """
        import sys

        variables = {
            "_HANDLER": settings.handler,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings.memory),
            "AWS_LAMBDA_FUNCTION_NAME": settings.name,
            "AWS_LAMBDA_FUNCTION_VERSION": VERSION,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": log_group(settings),
            "AWS_LAMBDA_LOG_STREAM_NAME": LOG_STREAM,
            "LAMBDA_TASK_ROOT": directory,
            "TZ": ":UTC",
        }
        if settings.region != "local":
            # Where none is configured, the AWS_REGION of this computer stands: SDKs look for their endpoints by it.
            variables["AWS_REGION"] = variables["AWS_DEFAULT_REGION"] = settings.region
        return variables


_REQUEST_ID = "_aws_request_id"


def _json(result: object) -> bytes:
    """JSON as the runtime writes it: NaN is let through, and text is escaped before Python 3.12."""
    import json
    import sys

    try:
        return json.dumps(result, default=_decimal, ensure_ascii=sys.version_info < (3, 12)).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise MarshalError(
            f"Unable to marshal response: {error}",
            hint="return a dict, a list, text or a number; Lambda does not await an `async def` handler",
        ) from None


def _decimal(value: object) -> object:
    from decimal import Decimal

    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


LAMBDA_RUNTIME = LambdaRuntime()
