"""CloudEvents 1.0 over HTTP: binary, structured and batched. Strict: what breaks the specification is refused.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md

Its own codec, because the SDKs disagree: of the official one for Python, one line of versions does not escape header
values, and the other takes a structured event for a binary one where a ``ce-`` header stands beside it.

What a :class:`~fcbridge.events.CloudEvent` does not tell apart: JSON's null and no data, and in binary mode empty data
and no data. Both are None.
"""

from .document import from_document, to_document
from .http import from_http, to_http

__all__ = ["from_document", "from_http", "to_document", "to_http"]
