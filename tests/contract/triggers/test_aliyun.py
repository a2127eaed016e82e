"""The laws of every trigger of Alibaba Cloud: what each source can carry."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from fcbridge.events import (
    CloudEvent,
    DestinationEvent,
    LogEvent,
    MessageEvent,
    NotificationEvent,
    ObjectEvent,
    RowEvent,
    TimerEvent,
)
from fcbridge.registry import platform
from fcbridge.testing.event_strategies import (
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

ACCOUNT = "1357900000024680"
SYSTEM_NAMES = ("contentEncoding", "messageId", "priority", "correlationId")


def pairs(keywords: st.SearchStrategy[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.dictionaries(keywords, values, max_size=3).map(lambda mapping: tuple(mapping.items()))


def joined(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    return first + second


def keyed() -> st.SearchStrategy[bytes | None]:
    return maybe(texts().map(str.encode))


@st.composite
def objects(draw: st.DrawFn) -> ObjectEvent:
    bucket, key, region, request = draw(names()), draw(keys()), draw(regions()), draw(ids())
    return ObjectEvent(
        id=f"{request}/{key}",
        source=f"acs:oss:{region}:{ACCOUNT}:{bucket}",
        type=draw(st.sampled_from(("ObjectCreated:PutObject", "ObjectRemoved:DeleteObjects"))),
        subject=key,
        time=draw(milliseconds()),
        bucket=bucket,
        key=key,
        size=draw(maybe(sizes())),
        etag=draw(maybe(etags())),
        region=region,
    )


LOGS = st.builds(
    LogEvent,
    id=ids(),
    time=seconds(),
    group=names(),
    stream=names(),
    shard=st.integers(0, 255),
    begin=words(),
    end=words(),
    endpoint=st.just("http://cn-hangzhou-intranet.log.aliyuncs.com"),
)
TIMERS = st.builds(TimerEvent, time=seconds(), name=words(), payload=texts())
KAFKA = st.builds(
    MessageEvent,
    id=ids(),
    source=st.just("acs:alikafka"),
    type=st.just("alikafka:Topic:Message"),
    subject=maybe(words()),
    time=milliseconds(),
    topic=names(),
    partition=st.integers(0, 31),
    offset=st.integers(0, 2**62),
    key=keyed(),
    body=text_bodies(),
    headers=st.lists(
        st.tuples(texts(), st.one_of(texts(), st.binary(min_size=1), st.integers(), st.none())), max_size=3
    ).map(tuple),
)
ROCKETMQ = st.builds(
    MessageEvent,
    id=ids(),
    source=words(),
    type=st.just("mq:Topic:SendMessage"),
    subject=maybe(texts(min_size=1)),
    time=microseconds(),
    topic=names(),
    key=keyed(),
    body=text_bodies(),
    headers=pairs(texts(), texts()),
    deliveries=maybe(st.integers(1, 16)),
)
RABBITMQ = st.builds(
    MessageEvent,
    id=ids(),
    source=words(),
    type=st.just("amqp:Queue:SendMessage"),
    subject=texts(min_size=1),
    time=milliseconds(),
    topic=names(),
    body=text_bodies(),
    # The message's properties, and behind them the application's headers.
    headers=st.builds(
        joined,
        pairs(st.sampled_from(SYSTEM_NAMES), texts() | st.integers()),
        pairs(st.sampled_from(("x-tenant", "a", "报告")), payloads()),
    ),
    deliveries=st.none() | st.just(1) | st.just(2),
)
MNS_TOPIC = st.builds(
    NotificationEvent,
    id=ids(),
    time=milliseconds(),
    topic=names(),
    body=text_bodies(),
    attributes=st.dictionaries(st.sampled_from(("tenant", "a", "报告", "")), texts(), max_size=3),
)
MNS_QUEUE = names().flatmap(
    lambda queue: st.builds(
        MessageEvent,
        id=ids(),
        source=words(),
        type=st.just("mns:Queue:SendMessage"),
        subject=st.just(f"acs:mns:cn-hangzhou:{ACCOUNT}:queues/{queue}"),
        time=milliseconds(),
        topic=st.just(queue),
        body=text_bodies(),
    )
)
MQTT = st.builds(
    MessageEvent,
    topic=st.builds("/".join, st.lists(names(), min_size=1, max_size=4)),
    body=text_bodies(),
    headers=pairs(st.sampled_from(("clientId", "qos", "报告")), texts()),
)
CELLS = st.one_of(st.integers(), st.booleans(), st.floats(allow_nan=False), texts(), st.binary())


@st.composite
def tablestore_rows(draw: st.DrawFn) -> RowEvent:
    kind = draw(st.sampled_from(("PutRow", "UpdateRow", "DeleteRow")))
    columns = st.dictionaries(texts(), maybe(CELLS), max_size=4)
    return RowEvent(
        type=kind,
        time=draw(microseconds()),
        kind={"PutRow": "insert", "UpdateRow": "update", "DeleteRow": "delete"}[kind],
        keys=draw(st.dictionaries(texts(), st.one_of(st.integers(), texts(), st.binary()), max_size=4)),
        after=None if kind == "DeleteRow" else draw(columns),
    )


@st.composite
def database_rows(draw: st.DrawFn) -> RowEvent:
    kind = draw(st.sampled_from(("insert", "update", "delete", "other")))
    cells = st.one_of(
        st.none(), st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), texts(), st.binary()
    )
    columns = draw(st.lists(texts(), unique=True, max_size=4))
    before = {name: draw(cells) for name in columns} if kind in ("update", "delete") else None
    after = {name: draw(cells) for name in columns} if kind in ("insert", "update") else None
    row = after if before is None else before if after is None else after
    primary = columns[: draw(st.integers(0, len(columns)))]
    return RowEvent(
        id=draw(ids()),
        source=draw(words()),
        type="dts:ConsumeMessage",
        subject=draw(maybe(words())),
        time=draw(microseconds()),
        table=draw(names()),
        kind=kind,
        keys=None if row is None else {name: row[name] for name in primary},
        before=before,
        after=after,
    )


CDN = st.builds(
    CloudEvent,
    id=ids(),
    source=st.just("cdn"),
    type=st.sampled_from(("LogFileCreated", "CachedObjectsPushed", "CdnDomainStopped")),
    subject=maybe(words()),
    time=seconds(),
    data=st.dictionaries(texts(), payloads(), max_size=3),
    datacontenttype=st.just("application/json"),
    extensions=st.fixed_dictionaries({"region": regions()}),
)


@st.composite
def datahub_records(draw: st.DrawFn) -> list[MessageEvent]:
    topic, shard = draw(names()), draw(st.integers(0, 9))
    places = draw(st.lists(st.integers(0, 2**60), min_size=1, max_size=3))
    return [
        MessageEvent(
            id=f"{shard}:{place}",
            source=f"/projects/shop/topics/{topic}",
            type="acs:datahub:putRecord",
            time=draw(milliseconds()),
            topic=topic,
            body=draw(text_bodies()),
            partition=shard,
            offset=place,
        )
        for place in places
    ]


EVENT_BRIDGE = st.builds(
    CloudEvent,
    id=ids(),
    source=words(),
    type=st.sampled_from(("order:Created:Web", "ecs:Instance:StateChange", "oss:BucketCreated")),
    subject=maybe(words()),
    time=microseconds(),
    data=payloads() | st.binary(),
    datacontenttype=maybe(st.sampled_from(("application/json", "text/plain"))),
    dataschema=maybe(words()),
    extensions=st.fixed_dictionaries(
        {"aliyunaccountid": words()}, optional={"aliyuneventbusname": words(), "aliyunregionid": regions()}
    ),
)


@st.composite
def destinations(draw: st.DrawFn) -> DestinationEvent:
    function = draw(names())
    place = draw(st.sampled_from((f"cn-hangzhou:{ACCOUNT}:", "::services/shop.prod/")))
    failed = draw(st.booleans())
    return DestinationEvent(
        id=draw(ids()),
        source=f"acs:fc:{place}functions/{function}",
        time=draw(milliseconds()),
        condition="failure" if failed else "success",
        function=function,
        request=draw(payloads()),
        response=draw(payloads()),
        error=draw(maybe(words())) if failed else None,
        attempts=draw(st.integers(1, 9)),
    )


TestLaws = trigger_laws_of(
    platform("aliyun"),
    {
        "aliyun-oss": several(objects()),
        "aliyun-sls": single(LOGS),
        "aliyun-timer": single(TIMERS),
        "aliyun-kafka": several(KAFKA),
        "aliyun-rocketmq": several(ROCKETMQ),
        "aliyun-rabbitmq": several(RABBITMQ),
        "aliyun-mns-topic": single(MNS_TOPIC),
        "aliyun-mns-queue": several(MNS_QUEUE),
        "aliyun-mqtt": several(MQTT),
        "aliyun-tablestore": several(tablestore_rows()),
        "aliyun-dts": several(database_rows()),
        "aliyun-cdn": several(CDN),
        "aliyun-datahub": datahub_records(),
        "aliyun-eventbridge": several(EVENT_BRIDGE),
        "aliyun-destination": single(destinations()),
    },
)
