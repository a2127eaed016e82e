"""What the example events of Function Compute must become: every field of every event."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from fcbridge.events import (
    CloudEvent,
    DestinationEvent,
    Event,
    LogEvent,
    MessageEvent,
    NotificationEvent,
    ObjectEvent,
    RowEvent,
    TimerEvent,
)

NOON = datetime(2026, 3, 2, 8, 15, 31, tzinfo=timezone.utc)
MILLISECONDS = NOON + timedelta(milliseconds=482)
ACCOUNT = "1357900000024680"
WORKER = f"acs:fc:cn-hangzhou:{ACCOUNT}:functions/orders-worker"
NO_STOCK = {
    "errorMessage": "no stock",
    "errorType": "ValueError",
    "stackTrace": [['File "/code/index.py"', "line 7", "in handler", 'raise ValueError("no stock")']],
}


def stored(event_id: str) -> ObjectEvent:
    return ObjectEvent(
        id=event_id,
        source=f"acs:oss:cn-hangzhou:{ACCOUNT}:photo-inbox",
        type="ObjectCreated:PutObject",
        subject="raw/2026/03/cat-01.jpg",
        time=NOON,
        bucket="photo-inbox",
        key="raw/2026/03/cat-01.jpg",
        size=48213,
        etag="9C1F3A77D2B04E55A1C0BB8E9F6D4321",
        region="cn-hangzhou",
    )


def of_cdn(kind: str, parameters: dict[str, Any]) -> CloudEvent:
    return CloudEvent(
        id="c4a7e1f0-6b5d-4c3a-9e8f-7d6c5b4a3921",
        source="cdn",
        type=kind,
        subject="static.example.cn",
        time=NOON,
        data={"domain": "static.example.cn", **parameters},
        datacontenttype="application/json",
        extensions={"region": "cn-hangzhou"},
    )


def of_kafka(index: int, *, raw: bool = False) -> MessageEvent:
    return MessageEvent(
        id=f"orders-3-{100 + index}" if raw else f"kafka-{index}",
        source="acs:alikafka",
        type="alikafka:Topic:Message",
        subject=None if raw else "acs:alikafka:alikafka_post-cn-x1y2z3:topic:orders",
        time=MILLISECONDS + timedelta(milliseconds=index),
        topic="orders",
        key=b"order-%d" % index,
        body=b'{"order":%d}' % index,
        partition=3,
        offset=100 + index,
    )


def of_rocketmq(index: int, source: str) -> MessageEvent:
    return MessageEvent(
        id=f"rmq-{index}",
        source=source,
        type="mq:Topic:SendMessage",
        subject="paid",
        time=MILLISECONDS,
        topic="orders-topic",
        key=b"order-%d" % index,
        body=b'{"order": %d}' % index,
        headers=(("tenant", "t-42"),),
    )


def of_rabbitmq(index: int, source: str) -> MessageEvent:
    return MessageEvent(
        id=f"amqp-{index}",
        source=source,
        type="amqp:Queue:SendMessage",
        subject="orders.paid",
        time=MILLISECONDS,
        topic="orders",
        body=b'{"order":%d}' % index,
        headers=(("contentEncoding", "UTF-8"), ("messageId", f"5e6f-{index}")),
        deliveries=1,
    )


def of_queue(index: int) -> MessageEvent:
    return MessageEvent(
        id=f"msg-{index}",
        source="MNS-Function-orders-queue",
        type="mns:Queue:SendMessage",
        subject=f"acs:mns:cn-hangzhou:{ACCOUNT}:queues/orders-q",
        time=MILLISECONDS,
        topic="orders-q",
        body=b'{"order": %d}' % index,
    )


def of_topic(attributes: dict[str, str]) -> NotificationEvent:
    return NotificationEvent(
        id="5F1E3C7A9B2D4E6F8A0C1B3D5E7F9A2B",
        time=MILLISECONDS,
        topic="orders",
        body=b"hello topic",
        attributes=attributes,
    )


def invoked(condition: str, **changes: Any) -> DestinationEvent:
    attributes: dict[str, Any] = {"source": WORKER, **changes}
    return DestinationEvent(
        id="1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b",
        time=MILLISECONDS,
        condition=condition,
        function="orders-worker",
        request={"order": 1},
        **attributes,
    )


FAILED: dict[str, Any] = {"response": NO_STOCK, "error": "UnhandledInvocationError", "attempts": 4}
ROWS: list[Event] = [
    RowEvent(
        type="PutRow",
        time=MILLISECONDS,
        kind="insert",
        keys={"order_id": "o-1001", "seq": 1},
        after={"amount": 12.5, "paid": True},
    ),
    RowEvent(
        type="UpdateRow",
        time=NOON + timedelta(milliseconds=1001),
        kind="update",
        keys={"order_id": "o-1002", "seq": 2},
        after={"coupon": None, "note": None},
    ),
    RowEvent(type="DeleteRow", time=NOON + timedelta(seconds=2), kind="delete", keys={"order_id": "o-1003", "seq": 3}),
]

EXPECTED: dict[str, list[Event]] = {
    "oss": [stored("67C1A2B3F4E5D6C7B8A90123/raw/2026/03/cat-01.jpg")],
    "eventbridge-default-oss": [stored("7adc8c1a-0000-4476-bdef-0000000000aa")],
    "sls": [
        LogEvent(
            id="5d0c2b1a-9e8f-4a7b-8c6d-3e2f1a0b9c8d",
            time=NOON,
            group="shop-logs",
            stream="nginx-access",
            shard=1,
            begin="MTc3MjQzOTMwMDAwMDAwMDAwMQ==",
            end="MTc3MjQzOTMzMDAwMDAwMDAwOQ==",
            endpoint="http://cn-hangzhou-intranet.log.aliyuncs.com",
        )
    ],
    "timer": [
        TimerEvent(time=datetime(2026, 3, 2, 8, tzinfo=timezone.utc), name="nightly-cleanup", payload='{"keepDays":30}')
    ],
    "kafka-streaming-objects": [of_kafka(1), of_kafka(2)],
    "kafka-streaming-strings": [of_kafka(1), of_kafka(2)],
    "kafka-streaming-rawdata": [of_kafka(1, raw=True), of_kafka(2, raw=True)],
    "rocketmq-driven": [of_rocketmq(1, "RocketMQ-Function-orders")],
    "rocketmq-streaming": [of_rocketmq(1, "acs:mq"), of_rocketmq(2, "acs:mq")],
    "rocketmq-selfbuilt": [
        MessageEvent(
            id="7F0000010001",
            source="acs:mq",
            type="mq:Topic:SendMessage",
            subject="paid",
            topic="orders-topic",
            body=b'{"order":1}',
            headers=(("tenant", "t-42"),),
        )
    ],
    "rabbitmq-driven": [of_rabbitmq(1, "RabbitMQ-Function-orders")],
    "rabbitmq-streaming": [of_rabbitmq(1, "acs:amqp"), of_rabbitmq(2, "acs:amqp")],
    "mns-queue-driven": [of_queue(1)],
    "mns-queue-streaming": [of_queue(1), of_queue(2)],
    "mns-topic-json": [of_topic({})],
    "mns-topic-json-with-attributes": [of_topic({"tenant": "t-42"})],
    "mns-topic-stream-with-attributes": [NotificationEvent(body=b"hello topic", attributes={"tenant": "t-42"})],
    "mqtt-streaming": [
        MessageEvent(topic="devices/dev-7/up", body=b'{"t":21.5}', headers=(("clientId", "GID_dev@@@dev-7"),))
    ],
    "tablestore": ROWS,
    "dts-streaming": [
        RowEvent(
            id="dts-9001",
            source="acs:dts",
            type="dts:ConsumeMessage",
            subject=f"acs:dts:cn-hangzhou:{ACCOUNT}:dtsabc123:9001",
            time=MILLISECONDS,
            table="items",
            kind="update",
            keys={"id": 7},
            before={"id": 7, "title": "pen"},
            after={"id": 7, "title": "ink"},
        )
    ],
    "cdn-CachedObjectsRefreshed": [
        of_cdn(
            "CachedObjectsRefreshed",
            {
                "objectPath": ["/css/site.css", "/js/app.js"],
                "createTime": 1772438000,
                "completeTime": 1772438042,
                "objectType": "File",
                "taskId": 7766554433,
            },
        )
    ],
    "cdn-CdnDomainAdded": [of_cdn("CdnDomainAdded", {})],
    "cdn-CdnDomainStarted": [of_cdn("CdnDomainStarted", {"status": "online"})],
    "cdn-LogFileCreated": [
        of_cdn(
            "LogFileCreated",
            {
                "startTime": 1772434800,
                "endTime": 1772438400,
                "fileSize": 20480,
                "filePath": "http://cdnlog.example.cn/v1.l1cache/20260302/"
                "static.example.cn_2026_03_02_150000_160000.gz",
            },
        )
    ],
    "datahub": [
        MessageEvent(
            id="0:12345",
            source="/projects/shop/topics/clicks",
            type="acs:datahub:putRecord",
            time=MILLISECONDS,
            topic="clicks",
            body=b'["u-1","7","2026-03-02 16:15:31"]',
            partition=0,
            offset=12345,
        )
    ],
    "eventbridge-custom": [
        CloudEvent(
            id="ord-0001",
            source="shop.orders",
            type="order:Created:Web",
            subject=f"acs:shop:cn-hangzhou:{ACCOUNT}:orders/0001",
            time=NOON,
            data={"orderId": "0001", "total": 37.0},
            datacontenttype="application/json",
            dataschema="https://example.cn/schemas/order.json",
            extensions={
                "aliyunaccountid": ACCOUNT,
                "aliyuneventbusname": "orders-bus",
                "aliyunregionid": "cn-hangzhou",
                "aliyunpublishtime": "2026-03-02T08:15:31.201Z",
            },
        )
    ],
    "async-destination-failure": [invoked("failure", **FAILED)],
    "async-destination-failure-fc2": [
        invoked("failure", **FAILED, source="acs:fc:::services/shop.prod/functions/orders-worker")
    ],
    "async-destination-success": [invoked("success", response={"ok": True}, attempts=1)],
}
#: Events that no shape tells.
PRESUMED: dict[str, tuple[str, list[Event]]] = {
    "iot-rule-example.json": (
        "aliyun-iot",
        [
            CloudEvent(
                data={"deviceName": "sensor-7", "temperature": 21.5, "ts": 1772439331482},
                datacontenttype="application/json",
            )
        ],
    ),
    "mns-topic-stream.txt": ("aliyun-mns-stream", [NotificationEvent(body=b"hello topic")]),
}
