"""The lines of Alibaba's log service (SLS). They are not in the event, which says from where to where to pull them.

https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-pulllogs
"""

import json
import os
from collections.abc import Iterator, Mapping

from aliyun.log import LogClient
from fcbridge.events import LogEvent

from credentials import credentials

#: Groups of lines in one answer, each of which is a few megabytes at most.
GROUPS = 100


def pulled(event: LogEvent, context: object, environ: Mapping[str, str] = os.environ) -> Iterator[tuple[int, bytes]]:
    """The lines between the event's two cursors, numbered from 1 on; one answer of the service in memory at a time.

    The cursors mark the same piece of the same shard whenever they are used, so a line keeps its number.
    """
    keys = credentials(context, environ)
    # Without a source the client would look up an address of this machine.
    client = LogClient(event.endpoint, keys.key, keys.secret, keys.token or None, source="driving-log-etl")
    number, cursor = 0, event.begin
    while cursor != event.end:
        answer = client.pull_logs(event.group, event.stream, event.shard, cursor, GROUPS, end_cursor=event.end)
        for fields in answer.get_flatten_logs_json(decode_bytes=True):
            number += 1
            yield number, _line(fields)
        if answer.get_next_cursor() == cursor:
            break  # the end of what there is
        cursor = answer.get_next_cursor()


def _line(fields: Mapping[str, object]) -> bytes:
    """The line of a log: as it was collected, or JSON of the fields that the collector made of it."""
    if "content" in fields:
        return str(fields["content"]).encode()
    return json.dumps({name: _number(value) if name == "speed" else value for name, value in fields.items()}).encode()


def _number(value: object) -> object:
    """Fields are texts; one that is no number is left to be found out."""
    try:
        return json.loads(str(value))
    except ValueError:
        return value
