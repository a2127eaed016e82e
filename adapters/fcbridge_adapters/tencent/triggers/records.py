"""Who has sent a payload, and of what kind its records are.

https://cloud.tencent.com/document/product/583/31927: COS, CKafka and CMQ all send a list of ``Records``, each an object
with one key that tells the service.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object

from ..caller import names_its_caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeGuard


def is_payload(payload: object) -> TypeGuard[dict[str, Any]]:
    """Whether it can be a trigger's. The user of a mini-program chooses all of an event but ``userInfo``, which is
    added to it: with that he is calling the function, whatever the rest looks like."""
    return is_object(payload) and not names_its_caller(payload)


def has_records(payload: object, service: str) -> TypeGuard[dict[str, list[dict[str, Any]]]]:
    """Whether the records are those of a service, of which the first one tells."""
    if not is_payload(payload):
        return False
    records: object = payload.get("Records")
    first = records[0] if is_list(records) and records else None
    return is_object(first) and is_object(first.get(service))
