"""The shapes of Lambda@Edge's events and answers; for type checkers only.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
"""

from __future__ import annotations

from typing import TypedDict


class Field(TypedDict):
    key: str  # the name as it was sent
    value: str


Fields = dict[str, list[Field]]  # by the name in lower case


class Body(TypedDict):
    inputTruncated: bool
    action: str  # "read-only" or "replace", for functions that give the request back
    encoding: str  # "base64", always, in what CloudFront sends
    data: str


class _EdgeRequest(TypedDict):
    clientIp: str  # without a port; IPv6 without brackets
    headers: Fields
    method: str
    querystring: str  # as sent; "" where there is none
    uri: str  # without the query


class EdgeRequest(_EdgeRequest, total=False):
    body: Body  # where the distribution says "Include Body"
    origin: dict[str, object]  # in origin requests


class Config(TypedDict):
    distributionDomainName: str
    distributionId: str
    eventType: str
    requestId: str


class Cf(TypedDict):
    config: Config
    request: EdgeRequest


class Record(TypedDict):
    cf: Cf


class EdgeEvent(TypedDict):
    Records: list[Record]


class _Answer(TypedDict):
    status: str
    statusDescription: str
    headers: Fields


class Answer(_Answer, total=False):
    body: str
    bodyEncoding: str
