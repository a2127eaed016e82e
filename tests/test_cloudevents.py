"""CloudEvents over HTTP: the laws of the codec, what the specification refuses, and what the official SDK makes."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

import pytest
from cloudevents import conversion, http
from hypothesis import example, given
from hypothesis import strategies as st

from fcbridge.cloudevents import from_document, from_http, to_document, to_http
from fcbridge.cloudevents.sdk import from_sdk
from fcbridge.errors import AppProtocolError, MalformedEvent
from fcbridge.events import CloudEvent
from fcbridge.model import Headers
from tests.examples import Examples

sdk: Any = http  # its types are unknown in part
sdk_conversion: Any = conversion
EXAMPLE = Examples("knative/other")
UTC = timezone.utc

# -- what events are made of ------------------------------------------------------------------------------------------

# Strings of CloudEvents: Unicode without controls, surrogates and noncharacters (those are in category Cn).
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=12)
URIS = st.text("abz09-._~:/?#[]@!$&'()*+,;=%", min_size=1, max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5) | st.floats(allow_nan=False).filter(
        lambda number: abs(number) != float("inf")
    ),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values, max_size=3),
    max_leaves=5,
)  # fmt: skip
NAMES = st.text("abcxyz019", min_size=1, max_size=20).filter(
    lambda name: name not in ("data", "id", "source", "type", "subject", "time", "specversion")
)
INTEGERS = st.integers(-(2**31), 2**31 - 1)
VALUES = TEXT | INTEGERS | st.booleans()
CONTENT = st.one_of(
    st.tuples(JSON, st.none() | st.sampled_from(["application/json", "text/JSON", "application/vnd.a+json;v=1"])),
    st.tuples(
        st.none() | st.binary(min_size=1), st.sampled_from(["application/octet-stream", "text/plain; charset=gbk"])
    ),
    st.tuples(st.binary(min_size=1), st.none()),
)


@st.composite
def events(
    draw: st.DrawFn, extension: st.SearchStrategy[Any] = VALUES, content: st.SearchStrategy[Any] = CONTENT
) -> CloudEvent:
    data, kind = draw(content)
    return CloudEvent(
        id=draw(TEXT.filter(bool)),
        source=draw(URIS),
        type=draw(TEXT.filter(bool)),
        subject=draw(st.none() | TEXT.filter(bool)),
        time=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
        data=data,
        datacontenttype=kind,
        dataschema=draw(st.none() | URIS.map("urn:x-".__add__)),
        extensions=draw(st.dictionaries(NAMES, extension, max_size=3)),
    )


def event(**attributes: Any) -> CloudEvent:
    required: dict[str, Any] = {"id": "a-1", "source": "/s", "type": "t"}
    return CloudEvent(**{**required, **attributes})


def binary(*pairs: tuple[str, str], body: bytes = b"") -> list[CloudEvent] | None:
    required = [("ce-specversion", "1.0"), ("ce-id", "a-1"), ("ce-source", "/s"), ("ce-type", "t")]
    given_names = {name for name, _ in pairs}
    return from_http(Headers([pair for pair in required if pair[0] not in given_names] + list(pairs)), body)


def structured(document: object, content_type: str = "application/cloudevents+json") -> list[CloudEvent] | None:
    return from_http(Headers([("content-type", content_type)]), json.dumps(document).encode())


DOCUMENT = {"specversion": "1.0", "id": "a-1", "source": "/s", "type": "t"}

# -- laws -------------------------------------------------------------------------------------------------------------


@given(events())
def test_an_event_survives_structured_mode(sent: CloudEvent) -> None:
    assert from_http(*to_http(sent, "structured")) == [sent]


@given(st.lists(events(), max_size=3))
def test_events_survive_a_batch_in_their_order(sent: list[CloudEvent]) -> None:
    assert from_http(*to_http(sent, "batched")) == sent


@given(events(extension=TEXT))
def test_an_event_survives_binary_mode_but_for_the_content_type_that_is_written_out(sent: CloudEvent) -> None:
    received = from_http(*to_http(sent, "binary"))
    if sent.datacontenttype is None and sent.data is not None and not isinstance(sent.data, bytes):
        assert received == [sent.replace(datacontenttype="application/json")]
    else:
        assert received == [sent]


@given(events())
def test_what_leaves_in_binary_mode_is_printable_ascii(sent: CloudEvent) -> None:
    headers, _ = to_http(sent)
    for name, value in headers:
        assert name == name.lower()
        assert value.isascii()
        assert value.isprintable()
        assert name == "content-type" or not set(value) & set(' "')


@given(events())
def test_a_document_is_read_without_being_changed(sent: CloudEvent) -> None:
    document = to_document(sent)
    copy = json.loads(json.dumps(document))
    received = from_document(document)
    assert received == sent
    assert document == copy
    assert received.raw is document


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["content-type", "ce-id", "ce-source", "ce-type", "ce-specversion", "ce-time", "ce-x", "ce-X_y", "ce-"]
            ),
            st.sampled_from(["1.0", "application/json", "application/cloudevents+json", "%C0%A0", '"', "2026", ""])
            | st.text(st.characters(max_codepoint=255)),
        )
    ),
    st.binary() | JSON.map(lambda value: json.dumps(value).encode()),
)
@example([("content-type", "application/cloudevents-batch+json")], b"[[]]")
@example([("content-type", "application/cloudevents+json")], b"[" * 100_000)
@example([("content-type", "application/cloudevents+json; charset=\0")], b"{}")
def test_whatever_arrives_is_an_event_or_none_or_malformed(pairs: list[tuple[str, str]], body: bytes) -> None:
    try:
        received = from_http(Headers(pairs), body)
    except MalformedEvent:
        return
    assert received is None or all(one.id and one.source and one.type for one in received)


# -- the examples -----------------------------------------------------------------------------------------------------

ORDER = CloudEvent(
    id="a-1",
    source="/shop/orders",
    type="net.example.order.placed",
    subject='Order € "17" 50%',
    time=datetime(2026, 8, 5, 7, 8, 9, 500000, UTC),
    data={"order": 17},
    datacontenttype="application/json",
    extensions={"partitionkey": "p1"},
)
BARE = CloudEvent(id="a-1", source="/shop/orders", type="net.example.order.placed")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cloudevent-binary-http", [ORDER]),
        ("cloudevent-structured-http", [ORDER]),
        ("cloudevent-structured-with-redundant-ce-headers-http", [ORDER]),
        ("cloudevent-batch-http", [ORDER, CloudEvent(id="a-4", source="/s", type="t", data=b"\x00\x01")]),
        ("cloudevent-binary-quoted-header-http", [CloudEvent(id="a-2", source="/s", type="t", subject='two "words"')]),
    ],
)
def test_an_example_becomes_exactly_these_events(name: str, expected: list[CloudEvent]) -> None:
    told = EXAMPLE(name)
    assert from_http(Headers(told["headers"].items()), told["body"].encode()) == expected


def test_the_variants_of_data_become_exactly_these() -> None:
    assert [from_document(document) for document in EXAMPLE("cloudevent-structured-data-variants")] == [
        BARE.replace(data="plain string, no datacontenttype -> JSON string value"),
        BARE.replace(datacontenttype="application/json", data=None),
        BARE.replace(datacontenttype="application/xml", data=b"<a/>"),
        BARE.replace(data=b'{"a":1}'),
        BARE.replace(datacontenttype="text/plain; charset=utf-8", data=b"x"),
    ]


def test_an_attribute_that_is_not_utf_8_is_refused() -> None:
    told = EXAMPLE("cloudevent-binary-invalid-utf8-header-http")
    with pytest.raises(MalformedEvent, match="'subject' is not UTF-8"):
        from_http(Headers(told["headers"].items()), told["body"].encode())


# -- which mode -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("content-type", "application/json")],
        [("content-type", "application/json"), ("ce-id", "1"), ("ce-type", "t"), ("ce-source", "/s")],
        [("content-type", "text/plain; note=application/cloudevents+json")],
    ],
)
def test_a_request_without_an_event_is_none(pairs: list[tuple[str, str]]) -> None:
    assert from_http(Headers(pairs), b"{}") is None


def test_the_content_type_is_compared_without_regard_to_case() -> None:
    assert structured(DOCUMENT, "Application/CloudEvents+JSON ; Charset=UTF-8") == [event()]
    assert structured([DOCUMENT], "APPLICATION/CLOUDEVENTS-BATCH+JSON") == [event()]


def test_a_batch_may_be_empty() -> None:
    assert structured([], "application/cloudevents-batch+json") == []


@pytest.mark.parametrize(
    "content_type",
    [f"application/{kind}" for kind in ("cloudevents", "cloudevents+xml", "cloudevents-batch", "cloudeventsx")],
)
def test_a_format_that_is_not_json_is_refused(content_type: str) -> None:
    with pytest.raises(MalformedEvent, match="names a format other than JSON"):
        structured(DOCUMENT, content_type)


def test_the_charset_of_a_structured_event_counts() -> None:
    headers = Headers([("content-type", "application/cloudevents+json; charset=gbk")])
    body = json.dumps({**DOCUMENT, "subject": "订单"}, ensure_ascii=False).encode("gbk")
    assert from_http(headers, body) == [event(subject="订单")]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": NaN}', '{"a":1}'.encode("utf-16")])
def test_a_structured_event_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedEvent, match="body is no JSON value"):
        from_http(Headers([("content-type", "application/cloudevents+json")]), body)


def test_a_structured_event_that_is_an_array_and_a_batch_that_is_an_object_are_refused() -> None:
    with pytest.raises(MalformedEvent, match="is no object"):
        structured([DOCUMENT])
    with pytest.raises(MalformedEvent, match="is no JSON array"):
        structured(DOCUMENT, "application/cloudevents-batch+json")


# -- attributes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["id", "source", "type"])
def test_an_event_without_a_required_attribute_is_refused(name: str) -> None:
    without = {key: value for key, value in DOCUMENT.items() if key != name}
    for document in (without, {**DOCUMENT, name: None}):
        with pytest.raises(MalformedEvent, match=f"attribute '{name}' is missing"):
            structured(document)
    for value in ("", 5):
        with pytest.raises(MalformedEvent, match=f"attribute '{name}' (is empty|has a type that it cannot have)"):
            structured({**DOCUMENT, name: value})
    with pytest.raises(MalformedEvent, match=f"attribute '{name}' is empty"):
        binary((f"ce-{name}", " "))


@pytest.mark.parametrize("version", ["0.3", "1.1", "2.0", "", "1", None, 1.0])
def test_another_version_is_refused(version: object) -> None:
    with pytest.raises(MalformedEvent, match=r"attribute 'specversion' is (not known|missing or no text)"):
        structured({**DOCUMENT, "specversion": version})
    if isinstance(version, str):
        with pytest.raises(MalformedEvent, match="'specversion' is not known"):
            binary(("ce-specversion", version))


@pytest.mark.parametrize("name", ["myExtension", "my-extension", "my_extension", "", "naïve", "a.b"])
def test_a_name_that_no_attribute_can_have_is_refused(name: str) -> None:
    with pytest.raises(MalformedEvent, match="has a name that none can have"):
        structured({**DOCUMENT, name: "x"})
    with pytest.raises(AppProtocolError, match="has a name that none can have"):
        to_document(event(extensions={name: "x"}))


def test_a_header_name_without_a_legal_attribute_is_refused() -> None:
    for name in ("ce-my-extension", "ce-data", "ce-data_base64"):
        with pytest.raises(MalformedEvent, match="has a name that none can have"):
            binary((name, "x"))


@pytest.mark.parametrize("value", [1.5, 2**31, -(2**31) - 1, [], {}])
def test_a_value_of_a_type_that_no_attribute_has_is_refused(value: object) -> None:
    with pytest.raises(MalformedEvent, match="attribute 'n' has a type that it cannot have"):
        structured({**DOCUMENT, "n": value})
    with pytest.raises(AppProtocolError, match="attribute 'n' has a type that it cannot have"):
        to_http(event(extensions={"n": value}))


@pytest.mark.parametrize("value", ["a\nb", "\x7f", "\x85", "\ud800", "\ufdd0", "\U0001ffff"])
def test_characters_that_no_attribute_can_hold_are_refused(value: str) -> None:
    with pytest.raises(MalformedEvent, match="attribute 'subject' holds characters"):
        structured({**DOCUMENT, "subject": value})
    with pytest.raises(AppProtocolError, match="attribute 'subject' holds characters"):
        to_http(event(subject=value))


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("source", "a b", "is no URI reference"),
        ("source", "/straße", "is no URI reference"),
        ("dataschema", "/relative", "is no URI"),
        ("dataschema", "1a:b", "is no URI"),
        ("dataschema", "urn:a b", "is no URI"),
        ("datacontenttype", "json", "is no media type"),
        ("datacontenttype", "text/", "is no media type"),
        ("datacontenttype", "te xt/plain", "is no media type"),
        ("subject", "", "is empty"),
        ("time", "2026-08-05", "is no timestamp"),
        ("time", "2026-08-05 07:08:09Z", "is no timestamp"),
        ("time", "2026-08-05T07:08Z", "is no timestamp"),
        ("time", "2026-08-05T07:08:09", "is no timestamp"),
        ("time", "2026-02-30T07:08:09Z", "is no timestamp"),
        ("time", "2026-08-05T07:08:09+0800", "is no timestamp"),
        ("time", "0001-01-01T00:00:00+01:00", "is no timestamp"),
        ("time", "２026-08-05T07:08:09Z", "is no timestamp"),
    ],
)
def test_a_text_that_is_not_of_its_attributes_type_is_refused(name: str, value: str, wrong: str) -> None:
    with pytest.raises(MalformedEvent, match=f"attribute '{name}' {wrong}"):
        structured({**DOCUMENT, name: value})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-08-05t07:08:09z", datetime(2026, 8, 5, 7, 8, 9, 0, UTC)),
        ("2026-08-05T07:08:09.123456789+08:00", datetime(2026, 8, 4, 23, 8, 9, 123456, UTC)),
        ("2026-12-31T23:59:60Z", datetime(2027, 1, 1, 0, 0, 0, 0, UTC)),
    ],
)
def test_every_form_of_a_timestamp_is_read_in_utc(text: str, moment: datetime) -> None:
    assert structured({**DOCUMENT, "time": text}) == [event(time=moment)]


def test_an_attribute_that_occurs_twice_is_refused() -> None:
    with pytest.raises(MalformedEvent, match="'subject' is there twice"):
        binary(("ce-subject", "a"), ("ce-subject", "b"))


def test_the_content_type_has_no_field_of_its_own_in_binary_mode() -> None:
    with pytest.raises(MalformedEvent, match="'datacontenttype' is there twice or in the wrong place"):
        binary(("ce-datacontenttype", "application/json"))


def test_extensions_keep_their_types_in_json_and_are_text_in_header_fields() -> None:
    sent = event(extensions={"b": True, "i": -5, "s": "x", "n": None})
    assert from_http(*to_http(sent, "structured")) == [event(extensions={"b": True, "i": -5, "s": "x"})]
    assert from_http(*to_http(sent, "binary")) == [event(extensions={"b": "true", "i": "-5", "s": "x"})]


def test_extensions_may_be_bytes_and_moments_where_they_are_written() -> None:
    moment = datetime(2026, 8, 5, 9, 8, 9, 500000, timezone(timedelta(hours=2)))
    assert to_document(event(extensions={"b": b"\x00\x01", "m": moment}, time=moment)) == {
        **DOCUMENT,
        "time": "2026-08-05T07:08:09.500Z",
        "b": "AAE=",
        "m": "2026-08-05T07:08:09.500Z",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        event(id=""),
        event(source=""),
        event(type=""),
        event(source="a b"),
        event(time=datetime(2026, 8, 5)),
        event(extensions={"id": "x"}),
        event(extensions={"specversion": "1.0"}),
        event(datacontenttype="json"),
        event(datacontenttype="text/plain\r\nx: y"),
        event(data=object()),
        event(data=float("nan")),
        event(data={"a": 1}, datacontenttype="text/plain"),
        event(data="€", datacontenttype="text/plain; charset=latin-1"),
    ],
)
def test_what_is_no_cloudevent_is_not_sent_in_binary_mode(wrong: CloudEvent) -> None:
    with pytest.raises(AppProtocolError, match="An event cannot be sent as a CloudEvent, because its"):
        to_http(wrong, "binary")


@pytest.mark.parametrize("mode", ["structured", "binary"])
def test_one_mode_carries_one_event(mode: Literal["structured", "binary"]) -> None:
    with pytest.raises(TypeError, match="carries one event"):
        to_http([event(), event()], mode)


# -- header values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Euro%20%E2%82%AC%20%22q%22%2050%25", 'Euro € "q" 50%'),
        ("%e2%82%ac", "€"),
        ("%41%2542", "A%42"),
        ('"a b"', "a b"),
        (r'"a \"b\" \\ c"', r'a "b" \ c'),
        ('"%22"', '"'),
        ('"a" b', '"a" b'),
        ('"a', '"a'),
        ("50%", "50%"),
        ("%zz", "%zz"),
        (" \tpadded ", "padded"),
        ("€".encode().decode("latin-1"), "€"),
    ],
)
def test_a_header_value_is_unquoted_and_decoded_once(value: str, text: str) -> None:
    assert binary(("ce-subject", value)) == [event(subject=text)]


@pytest.mark.parametrize("value", ["%C0%A0", "%ED%A0%80", "\xff", "%E2%82", "\xe2%82%AC"])
def test_a_header_value_that_is_not_utf_8_is_refused(value: str) -> None:
    with pytest.raises(MalformedEvent, match="'subject' is not UTF-8"):
        binary(("ce-subject", value))


def test_exactly_the_characters_that_the_binding_names_are_escaped() -> None:
    visible = "".join(map(chr, range(0x21, 0x7F)))
    headers, _ = to_http(event(subject=f" {visible}é"))
    assert headers.get("ce-subject") == "%20" + visible.replace("%", "%25").replace('"', "%22") + "%C3%A9"


# -- data -------------------------------------------------------------------------------------------------------------


def test_data_is_a_json_value_where_the_type_says_so_whichever_way_it_came() -> None:
    expected = [event(data={"a": [1]}, datacontenttype="application/x+json")]
    encoded = base64.b64encode(b'{"a": [1]}').decode()
    assert binary(("content-type", "application/x+json"), body=b'{"a": [1]}') == expected
    assert structured({**DOCUMENT, "datacontenttype": "application/x+json", "data": {"a": [1]}}) == expected
    assert structured({**DOCUMENT, "datacontenttype": "application/x+json", "data_base64": encoded}) == expected


def test_a_json_string_is_not_parsed_again() -> None:
    for kind in ({}, {"datacontenttype": "application/json"}):
        received = structured({**DOCUMENT, **kind, "data": '{"a": 1}'})
        assert received is not None
        assert received[0].data == '{"a": 1}'


def test_data_without_a_type_stays_bytes_in_binary_mode() -> None:
    assert binary(body=b'{"a": 1}') == [event(data=b'{"a": 1}')]


def test_protobuf_stays_bytes() -> None:
    assert binary(("content-type", "application/protobuf"), body=b"\x0a\x01\x00") == [
        event(data=b"\x0a\x01\x00", datacontenttype="application/protobuf")
    ]


def test_an_empty_body_is_no_data() -> None:
    assert binary(("content-type", "application/json")) == [event(datacontenttype="application/json")]


def test_data_of_another_charset_is_the_same_bytes_in_every_mode() -> None:
    kind = "text/plain; charset=gbk"
    expected = [event(data="订单".encode("gbk"), datacontenttype=kind)]
    assert binary(("content-type", kind), body="订单".encode("gbk")) == expected
    assert structured({**DOCUMENT, "datacontenttype": kind, "data": "订单"}) == expected
    assert from_http(*to_http(event(data="订单", datacontenttype=kind), "binary")) == expected
    assert from_http(*to_http(event(data="订单", datacontenttype=kind), "structured")) == expected


@pytest.mark.parametrize(
    ("members", "wrong"),
    [
        ({"data": 1, "data_base64": "AA=="}, "are both there"),
        ({"data_base64": "AA"}, "is no base64"),
        ({"data_base64": "A A=="}, "is no base64"),
        ({"data_base64": "AA==AA=="}, "is no base64"),
        ({"data_base64": 5}, "is no base64"),
        ({"data_base64": "ew==", "datacontenttype": "application/json"}, "data is no JSON value"),
        ({"data": {}, "datacontenttype": "text/plain"}, "is no string"),
        ({"data": "€", "datacontenttype": "text/plain; charset=latin-1"}, "cannot be encoded"),
        ({"data": "x", "datacontenttype": "text/plain; charset=nonsense"}, "cannot be encoded"),
    ],
)
def test_broken_data_is_refused(members: dict[str, object], wrong: str) -> None:
    with pytest.raises(MalformedEvent, match=wrong):
        structured({**DOCUMENT, **members})


def test_json_null_is_written_where_the_type_is_and_nothing_where_it_is_not() -> None:
    assert to_document(event(datacontenttype="application/json"))["data"] is None
    assert "data" not in to_document(event())
    assert to_http(event(datacontenttype="application/json"))[1] == b"null"
    assert to_http(event())[1] == b""


def test_a_message_names_no_value() -> None:
    with pytest.raises(MalformedEvent) as caught:
        structured({**DOCUMENT, "time": "hunter2", "subject": "hunter2"})
    assert "hunter2" not in str(caught.value)


# -- the SDK that functions-framework and func bring along ------------------------------------------------------------


def plain(headers: Any) -> Headers:
    return Headers([(str(name), str(value)) for name, value in headers.items()])


@given(events(content=st.tuples(JSON.filter(bool), st.just("application/json"))))
def test_the_sdk_reads_what_is_sent_in_structured_mode(sent: CloudEvent) -> None:
    # Data that is false in Python it takes for none.
    headers, body = to_http(sent, "structured")
    read = sdk.from_http(dict(headers), body)
    assert (read["id"], read["source"], read["type"], read.data) == (sent.id, sent.source, sent.type, sent.data)
    assert read.get("subject") == sent.subject


def test_the_sdk_reads_what_is_sent_in_binary_mode() -> None:
    headers, body = to_http(event(subject="a", data={"a": 1}, extensions={"x": "y"}))
    read = sdk.from_http(dict(headers), body)
    assert (read["id"], read["subject"], read["x"], read.data) == ("a-1", "a", "y", {"a": 1})


@pytest.mark.parametrize("write", [sdk_conversion.to_binary, sdk_conversion.to_structured])
def test_what_the_sdk_writes_is_read(write: Any) -> None:
    made = sdk.CloudEvent(
        {
            "id": "a-1", "source": "/s", "type": "t", "subject": "50%", "time": "2026-08-05T07:08:09.123+00:00",
            "datacontenttype": "application/json", "x": "y",
        },
        {"a": [1, None]},
    )  # fmt: skip
    headers, body = write(made)
    assert from_http(plain(headers), body) == [
        event(
            subject="50%",
            time=datetime(2026, 8, 5, 7, 8, 9, 123000, UTC),
            datacontenttype="application/json",
            data={"a": [1, None]},
            extensions={"x": "y"},
        )
    ]


def test_the_bytes_that_the_sdk_writes_are_read() -> None:
    made = sdk.CloudEvent({"id": "a-1", "source": "/s", "type": "t", "time": "2026-08-05T07:08:09Z"}, b"\x00\xff")
    expected = [event(time=datetime(2026, 8, 5, 7, 8, 9, 0, UTC), data=b"\x00\xff")]
    headers, body = sdk_conversion.to_structured(made)
    assert from_http(plain(headers), body) == expected


# -- events that the SDK has read -------------------------------------------------------------------------------------


PLAIN = TEXT.filter(lambda text: "%" not in text and '"' not in text)
OBJECTS = st.dictionaries(st.text(max_size=3), JSON, min_size=1, max_size=3)


@given(events(extension=PLAIN, content=st.tuples(OBJECTS, st.just("application/json"))), PLAIN, PLAIN)
def test_what_the_sdk_has_read_from_json_is_the_event_that_was_sent(sent: CloudEvent, number: str, kind: str) -> None:
    """It makes up a time, and reads data that is text or bytes as JSON where it can."""
    sent.id, sent.type = f"a{number}", f"t{kind}"
    sent.source, sent.subject, sent.dataschema = "/s", None, None
    sent.time = sent.time or datetime(2026, 8, 5, 7, 8, 9, 0, UTC)
    headers, body = to_http(sent, "structured")
    assert from_sdk(sdk.from_http(dict(headers), body)) == sent


@pytest.mark.parametrize(
    ("subject", "read"), [("Order%20%E2%82%AC", "Order €"), ("50%", "50%"), ("%C0%A0", "%C0%A0"), ("a b", "a b")]
)
def test_the_escapes_that_the_sdk_leaves_in_a_header_are_decoded(subject: str, read: str) -> None:
    headers = {
        "ce-specversion": "1.0", "ce-id": "a-1", "ce-source": "/s", "ce-type": "t", "ce-subject": subject,
        "ce-time": "2026-08-05T07:08:09Z", "content-type": "text/plain",
    }  # fmt: skip
    expected = event(subject=read, time=datetime(2026, 8, 5, 7, 8, 9, 0, UTC), datacontenttype="text/plain", data=b"x")
    assert from_sdk(sdk.from_http(headers, b"x")) == expected
