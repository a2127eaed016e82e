"""The notes API, which samples/fastapi-notes and samples/flask-notes serve alike."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from fcbridge.testing import Client, LossWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    from httpx import Response

LAKE = {"title": "West Lake", "text": "三潭印月", "tag": "日记"}
TEA = {"title": "Green tea", "text": "Longjing, by the lake", "tag": "shopping"}


@pytest.fixture(params=["fastapi-notes", "flask-notes"])
def app(request: pytest.FixtureRequest, load: Callable[[str], ModuleType]) -> ModuleType:
    return load(request.param)


@pytest.fixture
def client(app: ModuleType, gateway: str) -> Iterator[Client]:
    with Client(app.handler, gateway=gateway) as client:
        yield client


# -- notes ------------------------------------------------------------------------------------------------------------


def test_a_created_note_is_found_where_the_answer_says(client: Client) -> None:
    created = client.post("/notes", json=LAKE)
    assert created.status_code == 201
    assert created.json() == {**LAKE, "id": 1}
    assert created.headers["location"] == "/notes/1"
    assert client.get(created.headers["location"]).json() == created.json()


def test_a_note_is_updated(client: Client) -> None:
    client.post("/notes", json=LAKE)
    assert client.put("/notes/1", json=TEA).json() == {**TEA, "id": 1}
    assert client.get("/notes/1").json() == {**TEA, "id": 1}


def test_a_deleted_note_is_gone(client: Client) -> None:
    client.post("/notes", json=LAKE)
    upload(client, b"1")
    deleted = client.delete("/notes/1")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get("/notes/1").status_code == 404
    assert client.get("/notes/1/attachment").status_code == 404


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["West Lake", "Green tea"]),
        ({"q": "LAKE"}, ["West Lake", "Green tea"]),
        ({"q": "印月"}, ["West Lake"]),
        ({"q": "%"}, []),
        ({"tag": "日记"}, ["West Lake"]),
        ({"q": "lake", "tag": "shopping"}, ["Green tea"]),
        ({"limit": 1}, ["West Lake"]),
    ],
)
def test_the_list_is_filtered_by_the_query(client: Client, query: dict[str, Any], titles: list[str]) -> None:
    client.post("/notes", json=LAKE)
    client.post("/notes", json=TEA)
    assert [note["title"] for note in client.get("/notes", params=query).json()] == titles


@pytest.mark.parametrize(
    ("draft", "place"),
    [({}, ["body", "title"]), ({"title": ""}, ["body", "title"]), ({"title": "x", "tag": 7}, ["body", "tag"])],
)
def test_a_wrong_draft_is_refused_with_the_place_of_the_fault(
    client: Client, draft: dict[str, Any], place: list[str]
) -> None:
    refused = client.post("/notes", json=draft)
    assert refused.status_code == 422
    assert [fault["loc"] for fault in refused.json()["detail"]] == [place]
    assert client.get("/notes").json() == []


def test_a_wrong_query_is_refused_with_the_place_of_the_fault(client: Client) -> None:
    refused = client.get("/notes", params={"limit": 0})
    assert refused.status_code == 422
    assert [fault["loc"] for fault in refused.json()["detail"]] == [["query", "limit"]]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", "null", b"\xff"])
def test_a_body_that_is_no_draft_is_refused(client: Client, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert client.post("/notes", content=content, headers=headers).status_code in (400, 422)


@pytest.mark.parametrize("path", ["/notes/1", "/notes/one", "/notes/1/attachment", "/nowhere"])
def test_what_is_not_there_is_a_404(client: Client, path: str) -> None:
    missing = client.get(path)
    assert (missing.status_code, missing.json()) == (404, {"detail": "Not Found"})


def test_what_happened_is_recorded_after_the_response(client: Client) -> None:
    client.post("/notes", json=LAKE)
    client.put("/notes/1", json=TEA)
    client.delete("/notes/1")
    assert client.get("/changes").json() == [
        {"action": "created", "note_id": 1},
        {"action": "updated", "note_id": 1},
        {"action": "deleted", "note_id": 1},
    ]


# -- HTTP -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["日记", "café au lait", "50% + 1?", "emoji 🍵", "a;b=c&d"])
def test_a_path_may_hold_any_text(client: Client, tag: str) -> None:
    client.post("/notes", json={"title": "tagged", "tag": tag})
    client.post("/notes", json={"title": "untagged"})
    assert [note["title"] for note in client.get(f"/tags/{quoted(tag)}").json()] == ["tagged"]


def test_head_is_get_without_the_body(client: Client) -> None:
    client.post("/notes", json=LAKE)
    head, get = client.head("/notes/1"), client.get("/notes/1")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-type"] == get.headers["content-type"] == "application/json"


def test_options_names_the_methods(client: Client) -> None:
    options = client.options("/notes")
    assert options.status_code in (200, 204)
    assert {"GET", "OPTIONS", "POST"} <= set(options.headers["allow"].split(", "))
    assert options.content == b""


def test_another_method_is_a_405(client: Client) -> None:
    assert client.post("/notes/1", json=LAKE).status_code == 405


def test_a_note_that_the_caller_has_is_a_304(client: Client) -> None:
    client.post("/notes", json=LAKE)
    etag = client.get("/notes/1").headers["etag"]
    unchanged = client.get("/notes/1", headers={"if-none-match": etag})
    assert (unchanged.status_code, unchanged.headers["etag"], unchanged.content) == (304, etag, b"")
    client.put("/notes/1", json=TEA)
    changed = client.get("/notes/1", headers={"if-none-match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


def test_the_root_leads_to_the_list(client: Client) -> None:
    redirect = client.get("/")
    assert (redirect.status_code, redirect.headers["location"]) == (307, "/notes")
    assert client.get("/", follow_redirects=True).json() == []


def test_the_export_is_streamed_line_by_line(client: Client) -> None:
    drafts = [{"title": f"Note {number}", "text": "行\n" * number, "tag": ""} for number in range(50)]
    for draft in drafts:
        client.post("/notes", json=draft)
    export = client.get("/export")
    assert export.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in export.text.splitlines()] == [
        {**draft, "id": number} for number, draft in enumerate(drafts, 1)
    ]


def test_a_route_that_raises_is_a_500_that_tells_nothing(client: Client) -> None:
    broken = client.get("/broken")
    assert broken.status_code == 500
    assert "on purpose" not in broken.text
    assert "Traceback" not in broken.text
    assert client.get("/notes").status_code == 200


# -- attachments ------------------------------------------------------------------------------------------------------


def test_5_mb_go_up_and_come_down_byte_for_byte(client: Client) -> None:
    client.post("/notes", json=LAKE)
    content = random.Random(5).randbytes(5 * 1024 * 1024)
    stored = upload(client, content, "lake.png", "image/png")
    assert stored.json() == {"name": "lake.png", "type": "image/png", "size": len(content)}
    download = client.get("/notes/1/attachment")
    assert download.headers["content-type"] == "image/png"
    assert download.content == content


def test_a_file_keeps_its_name_in_any_script(client: Client) -> None:
    client.post("/notes", json=LAKE)
    assert upload(client, b"1", "西湖 1.txt", "text/plain").json()["name"] == "西湖 1.txt"
    disposition = client.get("/notes/1/attachment").headers["content-disposition"]
    assert disposition == "attachment; filename*=UTF-8''%E8%A5%BF%E6%B9%96%201.txt"


@pytest.mark.parametrize("kind", ["text/plain", "text/plain; charset=gbk", "application/json"])
def test_text_in_any_charset_comes_down_as_it_went_up(client: Client, kind: str) -> None:
    client.post("/notes", json=LAKE)
    content = "西湖\r\n".encode("gbk")
    upload(client, content, "lake.txt", kind)
    download = client.get("/notes/1/attachment")
    assert (download.headers["content-type"], download.content) == (kind, content)


def test_a_second_file_takes_the_place_of_the_first(client: Client) -> None:
    client.post("/notes", json=LAKE)
    upload(client, b"first")
    upload(client, b"second")
    assert client.get("/notes/1/attachment").content == b"second"


def test_an_upload_without_a_file_is_refused(client: Client) -> None:
    client.post("/notes", json=LAKE)
    assert client.put("/notes/1/attachment", data={"file": "no file"}).status_code == 422


def test_a_file_for_no_note_is_a_404(client: Client) -> None:
    assert upload(client, b"1").status_code == 404


# -- cookies ----------------------------------------------------------------------------------------------------------


def test_the_session_cookie_is_set_read_and_removed(client: Client) -> None:
    assert client.get("/session").status_code == 401
    assert client.post("/session", data={"name": "李白"}).status_code == 204
    assert client.get("/session").json() == {"name": "李白"}
    assert client.delete("/session").status_code == 204
    assert "session" not in client.cookies
    assert client.get("/session").status_code == 401


def test_a_forged_session_is_nobody(client: Client) -> None:
    client.cookies.set("session", "eyJuYW1lIjogImFkYSJ9.aaaaaa.forged")
    assert client.get("/session").status_code == 401


def test_two_cookies_in_one_request_are_both_read(client: Client) -> None:
    client.cookies.update({"theme": "dark", "language": "zh"})
    assert client.get("/preferences").json() == {"theme": "dark", "language": "zh"}


def test_of_two_cookies_in_one_response_those_arrive_that_the_gateway_carries(client: Client, gateway: str) -> None:
    if gateway == "fc2-http":
        client.put("/preferences", json={"theme": "dark", "language": "zh"})
        assert client.get("/preferences").json() == {"theme": "dark", "language": "zh"}
    else:
        with pytest.warns(LossWarning, match="Set-Cookie"):
            client.put("/preferences", json={"theme": "dark", "language": "zh"})
        assert client.get("/preferences").json() == {"theme": "light", "language": "zh"}


# -- both -------------------------------------------------------------------------------------------------------------


def test_the_flask_sample_answers_as_the_fastapi_sample_does(
    load: Callable[[str], ModuleType], gateway: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[list[object]] = []
    for sample in ("fastapi-notes", "flask-notes"):
        monkeypatch.setenv("NOTES_DATABASE", str(tmp_path / f"{sample}.sqlite3"))
        with Client(load(sample).handler, gateway=gateway) as client:
            answers.append([seen(client.request(method, path, **options)) for method, path, options in conversation()])
    assert answers[0] == answers[1]


def conversation() -> list[tuple[str, str, dict[str, Any]]]:
    files = {"file": ("西湖.txt", "西湖".encode("gbk"), "text/plain; charset=gbk")}
    return [
        ("GET", "/notes", {}),
        ("POST", "/notes", {"json": LAKE}),
        ("POST", "/notes", {"json": TEA}),
        ("POST", "/notes", {"json": {"title": "x" * 81, "text": None}}),
        ("GET", "/notes", {"params": {"q": "湖", "limit": "many"}}),
        ("GET", "/notes", {"params": {"q": "lake"}}),
        ("GET", "/notes/1", {}),
        ("HEAD", "/notes/2", {}),
        ("PUT", "/notes/2", {"json": LAKE}),
        ("PUT", "/notes/3", {"json": LAKE}),
        ("PATCH", "/notes/2", {"json": LAKE}),
        ("GET", "/tags/日记", {}),
        ("PUT", "/notes/1/attachment", {"files": files}),
        ("GET", "/notes/1/attachment", {}),
        ("GET", "/session", {}),
        ("POST", "/session", {"data": {"name": "x" * 41}}),
        ("POST", "/session", {"data": {"name": "李白"}}),
        ("GET", "/session", {}),
        ("DELETE", "/session", {}),
        ("GET", "/preferences", {}),
        ("GET", "/preferences", {"headers": {"cookie": "theme=pink"}}),
        ("PUT", "/preferences", {"json": {"theme": "pink"}}),
        ("DELETE", "/notes/1", {}),
        ("GET", "/export", {}),
        ("GET", "/changes", {}),
    ]


def seen(answer: Response) -> dict[str, object]:
    """What a caller goes by: not the order of keys, and not the headers that each framework adds."""
    kind = answer.headers.get("content-type", "")
    names = ("location", "etag", "content-disposition")
    return {
        "asked": f"{answer.request.method} {answer.request.url}",
        "status": answer.status_code,
        "type": kind if answer.content else None,
        "body": answer.json() if kind == "application/json" and answer.content else answer.content,
        **{name: answer.headers.get(name) for name in names},
    }


def quoted(text: str) -> str:
    return quote(text, safe="")


def upload(client: Client, content: bytes, name: str = "file.bin", kind: str = "application/octet-stream") -> Response:
    return client.put("/notes/1/attachment", files={"file": (name, content, kind)})
