"""Alarm mails out of a driving log and out of failed invocations, and the handler that makes a function of it."""

import os
import time
from collections.abc import Callable

from fcbridge import Handler, bridge
from fcbridge.events import DestinationEvent, LogEvent, MessageEvent
from fcbridge.outcome import Outcome, reject
from flask import Flask

from alarms import Alarm, Alarms
from figures import Figures, Line, read
from mail import Mailbox
from settings import Settings


def function(settings: Settings, clock: Callable[[], float] = time.time) -> Handler:
    """The handler. ``clock`` is in seconds since 1970: quiet periods and the window go by it."""
    web = Flask(__name__)
    figures = Figures(settings.state, settings.window)
    alarms = Alarms(settings.state, settings.quiet, Mailbox(settings, clock), clock)

    @web.get("/")
    def state() -> dict[str, object]:
        """What a person wants to see before an alarm comes."""
        lines, errors = figures.window(clock())
        return {
            "lines": lines,
            "errors": errors,
            "window_seconds": settings.window,
            "speed_limit": settings.speed_limit,
        }

    handler = bridge(web)

    @handler.on(MessageEvent, topic=settings.topic, batch=True)
    def lines_came(events: list[MessageEvent]) -> None:
        """A message is a line of the log."""
        watch([read(event.body, event.id, seconds(event)) for event in events])

    @handler.on(LogEvent)
    def log_came(event: LogEvent) -> Outcome | None:
        """A piece of a log service's log, from the services that send their lines along."""
        if event.records is None:
            return reject("the event has cursors and no lines; samples/driving-log-etl pulls such lines")
        lines: list[Line] = []
        for record in event.records:
            at = record.time.timestamp() if record.time is not None else seconds(event)
            lines.append(read(record.message.encode(), record.id, at))
        watch(lines)
        return None

    @handler.on(DestinationEvent, condition="failure")
    def invocation_failed(event: DestinationEvent) -> None:
        """The platform has given up an asynchronous invocation of another function."""
        alarms.ring(Alarm.of_failure(event))

    def seconds(event: MessageEvent | LogEvent) -> float:
        return event.time.timestamp() if event.time is not None else clock()

    def watch(lines: list[Line]) -> None:
        # Counted before anything is sent: a batch that comes again after a failed mail is not counted again.
        figures.count(lines)
        for line in lines:
            if line.speed is not None and line.speed > settings.speed_limit:
                alarms.ring(Alarm.of_speed(line, settings.speed_limit))
        if lines:
            total, errors = figures.window(max(line.at for line in lines))
            if total >= settings.least_lines and errors / total > settings.error_share:
                alarms.ring(Alarm.of_errors(total, errors, settings))

    return handler


handler = function(Settings.of(os.environ))
initialize = handler.initialize
pre_stop = handler.pre_stop
