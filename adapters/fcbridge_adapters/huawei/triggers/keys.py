"""The keys of objects as events spell them.

https://support.huaweicloud.com/ugobs-obs/obs_41_0045.html: in notifications they are encoded as in a form, slashes and
all. Through EventGrid that is an option ("objectKeyEncode" in
https://github.com/huaweicloud/terraform-provider-huaweicloud/blob/master/docs/resources/eg_event_subscription.md), and
nothing in the event tells whether it is chosen.
"""

from __future__ import annotations


def form_decoded(key: str) -> str:
    """Raises ValueError for escapes that are no UTF-8."""
    from urllib.parse import unquote_plus

    return unquote_plus(key, errors="strict")


def form_encoded(key: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(key)


def notified_key(key: str) -> str:
    """A key that is encoded, slashes and all, or not: with a character that no encoded one has it is not."""
    import re

    return form_decoded(key) if re.fullmatch(r"(?:[A-Za-z0-9_.~*+-]|%[0-9A-Fa-f]{2})*", key) else key
