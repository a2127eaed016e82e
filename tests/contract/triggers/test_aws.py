"""The laws of every source of events of AWS Lambda: what each can carry."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from fcbridge.events import (
    CloudEvent,
    ConnectionEvent,
    DestinationEvent,
    LogEvent,
    LogRecord,
    MessageEvent,
    NotificationEvent,
    ObjectEvent,
    RowEvent,
    TimerEvent,
)
from fcbridge.registry import platform
from fcbridge.testing.event_strategies import (
    bodies,
    etags,
    ids,
    keys,
    maybe,
    microseconds,
    milliseconds,
    names,
    payloads,
    regions,
    seconds,
    several,
    single,
    sizes,
    text_bodies,
    texts,
    words,
)
from fcbridge.testing.trigger_laws import trigger_laws_of
from tests.contract.triggers.parts import rows_of_typed_values

AWS = platform("aws")
ACCOUNT = "210987654321"


@st.composite
def arns(draw: st.DrawFn, service: str, resource: str) -> str:
    return f"arn:aws:{service}:{draw(regions())}:{ACCOUNT}:{resource}{draw(names())}"


@st.composite
def of_one_source(draw: st.DrawFn, event: st.SearchStrategy[Any], sources: st.SearchStrategy[str]) -> list[Any]:
    """Events of a source that is named once in a payload."""
    source = draw(sources)
    return [each.replace(source=source) for each in draw(several(event))]


# -- objects ----------------------------------------------------------------------------------------------------------


@st.composite
def objects(draw: st.DrawFn) -> ObjectEvent:
    from urllib.parse import quote_plus

    key, bucket = draw(keys()), draw(names())
    return ObjectEvent(
        id=f"{draw(words())}:{draw(words())}:{quote_plus(key, safe='/')}",
        source=f"arn:aws:s3:::{bucket}",
        type=draw(st.sampled_from(("ObjectCreated:Put", "ObjectCreated:Copy", "ObjectRemoved:DeleteMarkerCreated"))),
        subject=key,
        time=draw(milliseconds()),
        bucket=bucket,
        key=key,
        size=draw(maybe(sizes())),
        etag=draw(maybe(etags())),
        region=draw(regions()),
        version=draw(maybe(words())),
    )


@st.composite
def tasks(draw: st.DrawFn) -> ObjectEvent:
    key = draw(keys())
    return ObjectEvent(
        id=draw(ids()),
        type="BatchOperations:Task",
        subject=key,
        bucket=draw(names()),
        key=key,
        version=draw(maybe(words())),
    )


# -- messages ---------------------------------------------------------------------------------------------------------

attributes = st.dictionaries(names(), texts() | bodies() | st.integers())


@st.composite
def queued(draw: st.DrawFn) -> MessageEvent:
    fifo = draw(st.booleans())
    topic = draw(names()) + (".fifo" if fifo else "")
    return MessageEvent(
        id=draw(ids()),
        source=f"arn:aws:sqs:{draw(regions())}:{ACCOUNT}:{topic}",
        type="aws:sqs",
        time=draw(milliseconds()),
        topic=topic,
        body=draw(text_bodies()),
        headers=tuple(draw(attributes).items()),
        offset=draw(st.integers(0, 10**38)) if fifo else None,
        deliveries=draw(maybe(st.integers(1, 1000))),
        group=draw(words()) if fifo else None,
        receipt=draw(words()),
    )


@st.composite
def notified(draw: st.DrawFn) -> NotificationEvent:
    topic = draw(names())
    return NotificationEvent(
        id=draw(ids()),
        source=f"arn:aws:sns:{draw(regions())}:{ACCOUNT}:{topic}",
        type="Notification",
        subject=draw(maybe(texts())),
        time=draw(milliseconds()),
        topic=topic,
        body=draw(text_bodies()),
        attributes=draw(attributes),
    )


@st.composite
def streamed(draw: st.DrawFn) -> MessageEvent:
    topic, shard, number = draw(names()), draw(st.integers(0, 9999)), draw(st.integers(0, 10**56))
    return MessageEvent(
        id=f"shardId-{shard:012d}:{number}",
        source=f"arn:aws:kinesis:{draw(regions())}:{ACCOUNT}:stream/{topic}",
        type="aws:kinesis:record",
        time=draw(microseconds()),
        topic=topic,
        key=draw(texts(min_size=1)).encode(),
        body=draw(bodies()),
        partition=shard,
        offset=number,
    )


@st.composite
def kafka(draw: st.DrawFn) -> list[MessageEvent]:
    """Records come partition by partition."""
    managed = draw(st.booleans())
    source = draw(arns("kafka", "cluster/")) if managed else "k1.example.net:9092,k2.example.net:9092"
    partitions = draw(st.lists(st.tuples(names(), st.integers(0, 99)), min_size=1, max_size=2, unique=True))
    made: list[MessageEvent] = []
    for topic, partition in partitions:
        for offset in draw(st.lists(st.integers(0, 2**62), min_size=1, max_size=2, unique=True)):
            made.append(
                MessageEvent(
                    id=f"{topic}-{partition}-{offset}",
                    source=source,
                    type="aws:kafka" if managed else "aws:SelfManagedKafka",
                    time=draw(milliseconds()),
                    topic=topic,
                    key=draw(maybe(bodies())),
                    body=draw(bodies()),
                    headers=tuple(draw(st.lists(st.tuples(texts(), bodies()), max_size=2))),
                    partition=partition,
                    offset=offset,
                )
            )
    return made


@st.composite
def rabbit(draw: st.DrawFn) -> list[MessageEvent]:
    """Messages come queue by queue."""
    source = draw(arns("mq", "broker:"))
    values = bodies() | st.integers() | st.booleans() | st.none() | st.lists(bodies(), max_size=2)
    made: list[MessageEvent] = []
    for queue in draw(st.lists(names(), min_size=1, max_size=2, unique=True)):
        deliveries = draw(maybe(st.integers(1, 9)))
        headers = draw(st.dictionaries(names(), values | st.dictionaries(names(), bodies(), min_size=2), max_size=2))
        if deliveries is not None and deliveries > 1:
            headers["x-delivery-count"] = deliveries - 1
        made.append(
            MessageEvent(
                id=draw(ids()),
                source=source,
                type="aws:rmq",
                time=draw(maybe(seconds())),
                topic=queue,
                body=draw(bodies()),
                headers=tuple(headers.items()),
                deliveries=deliveries,
                group=draw(st.sampled_from(("/", "shop"))),
            )
        )
    return made


def active() -> st.SearchStrategy[Any]:
    return st.builds(
        MessageEvent,
        id=ids(),
        type=st.just("aws:amq"),
        time=milliseconds(),
        topic=names(),
        body=bodies(),
        headers=st.dictionaries(names(), texts() | st.integers()).map(lambda pairs: tuple(pairs.items())),
        deliveries=st.sampled_from((1, None)),
    )


def mails() -> st.SearchStrategy[Any]:
    return st.builds(
        MessageEvent,
        id=words(),
        source=words(),
        type=st.just("aws:ses"),
        subject=maybe(texts(min_size=1)),
        time=milliseconds(),
        topic=words(),
        headers=st.lists(st.tuples(names(), texts()), max_size=3).map(tuple),
    )


def things() -> st.SearchStrategy[Any]:
    members = st.dictionaries(texts(), payloads(), max_size=3)
    written = members.map(lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    return st.builds(
        MessageEvent,
        id=ids(),
        source=words() | st.just(""),
        type=st.just("aws:iot"),
        time=maybe(milliseconds()),
        topic=texts(min_size=1),
        body=bodies() | written | st.sampled_from((b'{"topic":"t"}', b'{"base64":"aGk="}', b"{}")),
    )


@st.composite
def transformed(draw: st.DrawFn) -> list[MessageEvent]:
    stream = draw(names())
    made = st.builds(
        MessageEvent,
        id=ids(),
        source=st.just(f"arn:aws:firehose:eu-west-3:{ACCOUNT}:deliverystream/{stream}"),
        type=st.just("aws:firehose"),
        time=milliseconds(),
        topic=st.just(stream),
        key=maybe(texts(min_size=1).map(str.encode)),
        body=bodies(),
    )
    return draw(several(made))


# -- rows, timers, logs -----------------------------------------------------------------------------------------------

columns = rows_of_typed_values()


@st.composite
def rows(draw: st.DrawFn) -> RowEvent:
    table = draw(names())
    name, kind = draw(st.sampled_from((("INSERT", "insert"), ("MODIFY", "update"), ("REMOVE", "delete"))))
    return RowEvent(
        id=draw(ids()),
        source=f"arn:aws:dynamodb:eu-west-3:{ACCOUNT}:table/{table}/stream/2026-08-05T07:00:00.000",
        type=name,
        time=draw(seconds()),
        table=table,
        kind=kind,
        keys=draw(maybe(columns)),
        before=draw(maybe(columns)),
        after=draw(maybe(columns)),
    )


@st.composite
def timers(draw: st.DrawFn) -> TimerEvent:
    name = draw(names())
    rule = draw(st.booleans())
    arn = f"arn:aws:events:eu-west-3:{ACCOUNT}:rule/{name}"
    return TimerEvent(
        id=draw(ids()),
        source="aws.events" if rule else "aws.scheduler",
        type="Scheduled Event",
        subject=arn if rule else f"arn:aws:scheduler:eu-west-3:{ACCOUNT}:schedule/jobs/{name}",
        time=draw(seconds()),
        name=name,
        payload=None if rule else draw(payloads() | st.sampled_from(({}, {"payload": 7}, {"attempt": 7}, "{}"))),
    )


def lines() -> st.SearchStrategy[LogRecord]:
    fields = st.dictionaries(texts(), texts(min_size=1), max_size=2)
    return st.builds(LogRecord, texts(), milliseconds(), ids(), fields)


def logs() -> st.SearchStrategy[Any]:
    return st.builds(
        LogEvent,
        source=words(),
        type=st.just("DATA_MESSAGE"),
        subject=maybe(texts()),
        group=texts(),
        stream=texts(),
        records=st.lists(lines(), max_size=3).map(tuple),
    )


# -- what is asked, what is told --------------------------------------------------------------------------------------


def bus_events() -> st.SearchStrategy[Any]:
    told = st.fixed_dictionaries({"account": words(), "region": regions()}, optional={"replayname": words()})
    return st.builds(
        CloudEvent,
        id=ids(),
        source=names(),
        type=texts(min_size=1),
        subject=maybe(arns("s3", "")),
        time=seconds(),
        data=payloads(),
        datacontenttype=st.just("application/json"),
        extensions=told,
    )


def asked() -> st.SearchStrategy[Any]:
    return st.builds(
        CloudEvent,
        source=words(),
        type=st.sampled_from(("PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp", "CustomMessage_ForgotPassword")),
        subject=maybe(texts()),
        data=st.dictionaries(texts(), payloads(), max_size=3),
        datacontenttype=st.just("application/json"),
        extensions=st.fixed_dictionaries({"clientid": words(), "region": regions()}),
    )


@st.composite
def steps(draw: st.DrawFn) -> CloudEvent:
    token = draw(words())
    data: dict[str, Any] = {"input": draw(payloads()), "taskToken": token}
    if draw(st.booleans()):
        return CloudEvent(
            type="aws.states.task",
            data=data,
            datacontenttype="application/json",
            extensions={"tasktoken": token},
        )
    execution, state, entered = draw(arns("states", "execution:")), draw(texts(min_size=1)), draw(seconds())
    text = f"{entered:%Y-%m-%dT%H:%M:%S}Z"
    data["context"] = {"Execution": {"Id": execution}, "State": {"Name": state, "EnteredTime": text}}
    return CloudEvent(
        source=execution,
        type="aws.states.task",
        subject=state,
        time=entered,
        data=data,
        datacontenttype="application/json",
        extensions={"tasktoken": token},
    )


@st.composite
def connections(draw: st.DrawFn) -> ConnectionEvent:
    kind, name, route = draw(
        st.sampled_from(
            (
                ("connect", "CONNECT", "$connect"),
                ("message", "MESSAGE", "say"),
                ("disconnect", "DISCONNECT", "$disconnect"),
            )
        )
    )
    return ConnectionEvent(
        id=draw(ids()),
        source=draw(names()),
        type=name,
        subject=route,
        time=draw(milliseconds()),
        connection=draw(words()),
        kind=kind,
        body=draw(bodies()) if kind == "message" else b"",
        endpoint=f"https://{draw(names())}.execute-api.eu-west-3.amazonaws.com/{draw(names())}",
    )


@st.composite
def destinations(draw: st.DrawFn) -> DestinationEvent:
    failed, function = draw(st.booleans()), draw(names())
    said = draw(st.sampled_from(("RetriesExhausted", "EventAgeExceeded"))) if failed else "Success"
    return DestinationEvent(
        id=draw(ids()),
        source=f"arn:aws:lambda:eu-west-3:{ACCOUNT}:function:{function}:$LATEST",
        type=said,
        time=draw(milliseconds()),
        condition="failure" if failed else "success",
        function=function,
        request=draw(payloads()),
        response=draw(payloads()),
        error=draw(st.sampled_from(("Unhandled", "Handled", said))) if failed else None,
        attempts=draw(st.integers(0, 3)),
    )


TestLaws = trigger_laws_of(
    AWS,
    {
        "aws-s3": several(objects()),
        "aws-sqs": several(queued()),
        "aws-sns": several(notified()),
        "aws-eventbridge": single(bus_events()),
        "aws-scheduler": single(timers()),
        "aws-kinesis": several(streamed()),
        "aws-dynamodb": several(rows()),
        "aws-kafka": kafka(),
        "aws-rabbitmq": rabbit(),
        "aws-activemq": of_one_source(active(), arns("mq", "broker:")),
        "aws-logs": single(logs()),
        "aws-ses": several(mails()),
        "aws-iot": single(things()),
        "aws-cognito": single(asked()),
        "aws-stepfunctions": single(steps()),
        "aws-firehose": transformed(),
        "aws-websocket": single(connections()),
        "aws-s3-batch": of_one_source(tasks(), ids()),
        "aws-destination": single(destinations()),
        "aws-destination-sqs": several(destinations()),
    },
)
