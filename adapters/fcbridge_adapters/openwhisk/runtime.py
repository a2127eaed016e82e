"""The Python runtime's launcher, played: ``main(args)`` with the activation in the environment, one JSON line back.

https://github.com/apache/openwhisk-runtime-python
"""

from __future__ import annotations

from os import environ
from time import time

from fcbridge.gateway import Runtime

from .context import Activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Handler, Settings


class Launcher(Runtime):
    """It leaves logging alone: an action writes to standard output and standard error."""

    name = "openwhisk"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        import json

        variables = _variables(context)
        before = {name: environ.get(name) for name in variables}
        environ.update(variables)
        try:
            result = handler(json.loads(event) if isinstance(event, bytes) else event, None)
            return json.dumps(result, ensure_ascii=False).encode("utf-8")
        finally:
            # The launcher leaves them; here other handlers live in the same process.
            for name, value in before.items():
                if value is None:
                    environ.pop(name, None)
                else:
                    environ[name] = value

    def context(self, settings: Settings, request_id: str) -> Activation:
        deadline = int((time() + settings.timeout) * 1000)
        return Activation(
            {
                "__OW_ACTIVATION_ID": request_id,
                "__OW_ACTION_NAME": f"/guest/{settings.name}",
                "__OW_TRANSACTION_ID": request_id,
                "__OW_DEADLINE": str(deadline),
            }
        )

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {
            "__OW_ACTION_NAME": f"/guest/{settings.name}",
            "__OW_ACTION_VERSION": "0.0.1",
            "__OW_API_HOST": "http://127.0.0.1:3233",
            "__OW_NAMESPACE": "guest",
        }

    def error(self, exception: BaseException) -> dict[str, object]:
        return {"error": str(exception)}

    def accepts(self, event: object) -> bool:
        return isinstance(event, dict) and "__ow_method" in event


def _variables(context: object) -> dict[str, str]:
    if not isinstance(context, Activation):
        return {}
    return {
        "__OW_ACTIVATION_ID": context.activation_id,
        "__OW_TRANSACTION_ID": context.transaction_id,
        "__OW_DEADLINE": str(context.deadline),
    }


LAUNCHER = Launcher()
