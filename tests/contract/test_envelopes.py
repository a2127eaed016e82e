"""What a function returns, against the type definitions that the platforms publish for it, written as JSON schemas.

AWS: the response types of ``@types/aws-lambda`` and of the Go module ``aws-lambda-go/events``; Alibaba:
``events/http.go`` of the official Go SDK; Tencent, Huawei, Baidu, Azure and OpenWhisk: the tables on their pages. They
say more than a round trip does: which keys there may be at all, and of which type each is.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from fcbridge import bridge
from fcbridge.gateway import Settings
from fcbridge.local.door import Door
from fcbridge.registry import gateway, gateways, platform_of
from tests.contract.equality import REQUESTS, asgi_app

TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
STATUS = {"type": "integer", "minimum": 100, "maximum": 599}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}


def mapping(of: object) -> dict[str, object]:
    return {"type": "object", "additionalProperties": of}


def closed(required: list[str], **properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


ENVELOPE = {"statusCode": STATUS, "body": TEXT, "isBase64Encoded": FLAG}
SINGLE = closed(["statusCode", "headers", "body", "isBase64Encoded"], **ENVELOPE, headers=mapping(TEXT))
EITHER = closed(
    ["statusCode", "headers", "body", "isBase64Encoded"], **ENVELOPE, headers=mapping({"anyOf": [TEXT, TEXTS]})
)
PROXY = closed(["statusCode"], **ENVELOPE, headers=mapping(TEXT), multiValueHeaders=mapping(TEXTS))
V2 = closed(["statusCode"], **ENVELOPE, headers=mapping(TEXT), cookies=TEXTS)
ALB = {**ENVELOPE, "statusDescription": {"type": "string", "pattern": r"^\d{3} "}}
EDGE = closed(
    ["status"],
    status={"type": "string", "pattern": r"^\d{3}$"},
    statusDescription=TEXT,
    headers=mapping({"type": "array", "minItems": 1, "items": closed(["key", "value"], key=TEXT, value=TEXT)}),
    body=TEXT,
    bodyEncoding={"enum": ["text", "base64"]},
)

# The host reads one name or the other, and takes text.
AZURE = closed(
    ["statusCode", "headers", "body"],
    statusCode={"type": "string", "pattern": r"^\d{3}$"},
    status={"type": "string", "pattern": r"^\d{3}$"},
    headers=mapping(TEXT),
    body={},
)
# A value may be anything that becomes text, or a list of that; the body any JSON.
OPENWHISK = closed(
    ["statusCode"],
    statusCode=STATUS,
    headers=mapping({"anyOf": [TEXT, {"type": ["number", "boolean"]}, {"type": "array", "minItems": 1}]}),
    body={"type": ["string", "object", "array", "number", "boolean"]},
)

SCHEMAS: dict[str, dict[str, object]] = {
    "fc3-http": SINGLE,
    "fc-apigw": SINGLE,
    "scf-apigw": EITHER,
    "scf-url": EITHER,
    "scf-clb": EITHER,
    "tcb-http": EITHER,
    "aws-rest": PROXY,
    "aws-http-v1": PROXY,
    "aws-http-v2": V2,
    "aws-url": V2,
    "aws-alb": closed(["statusCode", "headers"], **ALB, headers=mapping(TEXT)),
    "aws-alb-multi": closed(["statusCode", "multiValueHeaders"], **ALB, multiValueHeaders=mapping(TEXTS)),
    "aws-edge-viewer": EDGE,
    "aws-edge-origin": EDGE,
    "aws-lattice-v1": SINGLE,
    "aws-lattice-v2": SINGLE,
    "azure-custom": closed(
        ["Outputs"],
        Outputs=closed(["res"], res=AZURE),
        Logs={"type": "array", "items": TEXT},
        ReturnValue={"type": "null"},
    ),
    "huawei-apig": EITHER,
    "baidu-http": SINGLE,
    "openwhisk-raw": OPENWHISK,
    "openwhisk-web": OPENWHISK,
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_result_is_of_the_published_type(name: str) -> None:
    door = gateway(name)
    validator: Any = jsonschema.Draft202012Validator(SCHEMAS[name])
    wrong: dict[str, str] = {}
    seen = 0
    with bridge(asgi_app, platform=platform_of(name), interface="asgi3", lifespan="off") as handler:
        for title, request in REQUESTS.items():
            context = door.runtime.context(Settings(), "1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b")
            payload = Door(door, limits=False).pass_through(request, handler, context).payload
            assert payload is not None
            seen += 1
            faults = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(payload))]
            if faults:
                wrong[title] = "; ".join(faults)[:300]
    assert not wrong
    assert seen == len(REQUESTS)


def test_the_types_refuse_what_the_platforms_refuse() -> None:
    accepted: dict[str, Any] = {"statusCode": 200, "headers": {}, "body": "", "isBase64Encoded": False}
    jsonschema.validate(accepted, PROXY)
    for broken in (
        {**accepted, "cookies": ["a=1"]},
        {**accepted, "statusCode": "200"},
        {**accepted, "multiValueHeaders": {"vary": "accept"}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, PROXY)


def test_every_gateway_with_a_json_result_has_its_type_here() -> None:
    # The others answer with objects of their frameworks, which these make and check; veFaaS also with bytes.
    objects = {
        "fc2-http", "tcb-call", "tcb-container", "azure-python", "gcf-http", "gcf-asgi", "openfaas-http", "nuclio-http",
        "fission-http", "knative-func", "vefaas-http",
    }  # fmt: skip
    assert set(SCHEMAS) == set(gateways()) - objects
