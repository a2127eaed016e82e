"""``fcbridge dev`` on each sample, as a newcomer types it, and a client on a real socket."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.dev.server import ROOT, DevServer

LAKE = {"title": "West Lake", "text": "三潭印月", "tag": "日记"}
PASSWORD = "enigma-1843"


@contextmanager
def served(sample: str, folder: Path, gateway: str = "fc3-http") -> Generator[DevServer]:
    """The sample in a folder of its own, so that its files may be broken."""
    code = folder / sample
    shutil.copytree(ROOT / "samples" / sample, code, ignore=shutil.ignore_patterns("__pycache__"))
    environ = {
        "NOTES_DATABASE": str(folder / "notes.sqlite3"),
        "NOTES_FILES": str(folder / "files"),
        "NOTES_SECRET": "x",
    }
    server = DevServer(code, environ, command=["-m", "fcbridge", "dev", "--port", "0", "--gateway", gateway])
    try:
        server.wait_until_ready()
        yield server
        assert server.interrupt() == 0
    finally:
        server.close()


@pytest.fixture(scope="module", params=["fc3-http", "fc-apigw", "fc2-http"])
def gateway(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# -- the notes APIs ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["fastapi-notes", "flask-notes"])
def notes(
    request: pytest.FixtureRequest, gateway: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DevServer]:
    with served(str(request.param), tmp_path_factory.mktemp("notes"), gateway) as server:
        yield server


@pytest.fixture
def client(notes: DevServer) -> Iterator[httpx.Client]:
    with notes.client() as client:
        yield client


@pytest.fixture
def note(client: httpx.Client) -> str:
    """The path of a new note."""
    created = client.post("/notes", json=LAKE)
    assert created.status_code == 201
    return str(created.headers["location"])


class TestNotes:
    def test_json_goes_up_and_comes_down(self, client: httpx.Client, note: str) -> None:
        answer = client.get(note)
        assert answer.headers["content-type"] == "application/json"
        assert {**answer.json(), **LAKE} == answer.json()

    def test_what_is_wrong_with_json_is_said(self, client: httpx.Client) -> None:
        assert client.post("/notes", json={"title": ""}).status_code == 422

    def test_the_query_is_decoded(self, client: httpx.Client, note: str) -> None:
        found = client.get("/notes", params={"q": "印月", "limit": 1}).json()
        assert [item["title"] for item in found] == ["West Lake"]

    def test_a_path_may_hold_any_text(self, client: httpx.Client, note: str) -> None:
        assert len(client.get("/tags/日记").json()) >= 1
        assert client.get("/tags/50%25%20%2B%201%3F").json() == []

    def test_5_mb_go_up_as_multipart_and_come_down_byte_for_byte(self, client: httpx.Client, note: str) -> None:
        content = os.urandom(5 * 1024 * 1024)
        stored = client.put(f"{note}/attachment", files={"file": ("西湖.png", content, "image/png")})
        assert stored.json() == {"name": "西湖.png", "type": "image/png", "size": len(content)}
        download = client.get(f"{note}/attachment")
        assert download.headers["content-type"] == "image/png"
        assert download.content == content

    def test_a_cookie_is_set_sent_and_removed(self, client: httpx.Client) -> None:
        assert client.get("/session").status_code == 401
        assert client.post("/session", data={"name": "李白"}).status_code == 204
        assert client.get("/session").json() == {"name": "李白"}
        client.delete("/session")
        assert client.get("/session").status_code == 401

    def test_a_second_set_cookie_arrives_or_its_loss_is_told(
        self, client: httpx.Client, notes: DevServer, gateway: str
    ) -> None:
        client.put("/preferences", json={"theme": "dark", "language": "zh"})
        kept = client.get("/preferences").json()
        if gateway == "fc2-http":
            assert kept == {"theme": "dark", "language": "zh"}
        else:
            assert kept == {"theme": "light", "language": "zh"}
            notes.wait_for("WARNING.*only one Set-Cookie can be carried")

    def test_head_is_get_without_the_body(self, client: httpx.Client, note: str) -> None:
        head, get = client.head(note), client.get(note)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", get.headers["etag"])

    def test_options_names_the_methods(self, client: httpx.Client) -> None:
        options = client.options("/notes")
        assert options.status_code in (200, 204)
        assert {"GET", "OPTIONS", "POST"} <= set(options.headers["allow"].split(", "))

    def test_204_has_no_body(self, client: httpx.Client, note: str) -> None:
        deleted = client.delete(note)
        assert (deleted.status_code, deleted.content) == (204, b"")

    def test_304_has_no_body(self, client: httpx.Client, note: str) -> None:
        etag = client.get(note).headers["etag"]
        unchanged = client.get(note, headers={"if-none-match": etag})
        assert (unchanged.status_code, unchanged.content) == (304, b"")

    def test_a_redirect_stays_on_this_server(self, client: httpx.Client) -> None:
        answer = client.get("/", follow_redirects=True)
        assert answer.status_code == 200 and answer.url.path == "/notes"

    def test_a_stream_arrives_whole(self, client: httpx.Client, note: str) -> None:
        lines = client.get("/export").text.splitlines()
        assert LAKE["title"] in {json.loads(line)["title"] for line in lines}

    def test_a_route_that_raises_is_a_500_with_the_traceback_on_the_console_only(
        self, client: httpx.Client, notes: DevServer
    ) -> None:
        broken = client.get("/broken")
        assert broken.status_code == 500 and "on purpose" not in broken.text
        notes.wait_for("RuntimeError: This route is broken on purpose.")

    def test_fifty_requests_at_once_are_all_answered(self, client: httpx.Client, notes: DevServer) -> None:
        with ThreadPoolExecutor(50) as threads:
            answers = list(threads.map(notes.get, ["/notes?limit=1"] * 50))
        assert {answer.status_code for answer in answers} == {200}


# -- the smallest one -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hello(gateway: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    with served("starlette-hello", tmp_path_factory.mktemp("hello"), gateway) as server:
        yield server


class TestHello:
    def test_the_page_is_html(self, hello: DevServer) -> None:
        answer = hello.get("/")
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "Hello from a function" in answer.text

    def test_a_path_may_hold_any_text(self, hello: DevServer) -> None:
        assert hello.get("/hello/世界").text == "Hello, 世界!\n"
        assert hello.get("/hello/100%25").text == "Hello, 100%!\n"

    def test_json_is_echoed(self, hello: DevServer) -> None:
        document = {"greeting": "你好", "numbers": [1, 2.5, None]}
        with hello.client() as client:
            assert client.post("/echo", json=document).json() == document

    def test_a_stream_arrives_whole(self, hello: DevServer) -> None:
        assert hello.get("/countdown?start=2").text == "2\n1\nLift-off!\n"

    def test_head_options_and_a_method_that_is_not_there(self, hello: DevServer) -> None:
        with hello.client() as client:
            assert (client.head("/").status_code, client.head("/").content) == (200, b"")
            assert client.options("/echo").status_code == 405
            assert client.get("/echo").headers["allow"] == "POST"

    def test_fifty_requests_at_once_are_all_answered(self, hello: DevServer) -> None:
        with ThreadPoolExecutor(50) as threads:
            answers = list(threads.map(hello.get, [f"/hello/{number}" for number in range(50)]))
        assert [answer.text for answer in answers] == [f"Hello, {number}!\n" for number in range(50)]


# -- Django -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(gateway: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    with served("django-notes", tmp_path_factory.mktemp("site"), gateway) as server:
        with server.client() as client:
            submit(client, "/signup/", username="ada", password1=PASSWORD, password2=PASSWORD)
        yield server


@pytest.fixture
def ada(site: DevServer) -> Iterator[httpx.Client]:
    """Somebody who has logged in."""
    with site.client() as client:
        assert submit(client, "/login/", username="ada", password=PASSWORD).status_code == 302
        yield client


def submit(
    client: httpx.Client, path: str, file: tuple[str, bytes, str] | None = None, **fields: str
) -> httpx.Response:
    """A form, with the token that the page gave; with a file it is multipart."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).text)
    assert token is not None
    files = {"attachment": file} if file else None
    return client.post(path, data={"csrfmiddlewaretoken": token[1], **fields}, files=files)


class TestSite:
    def test_a_form_is_taken_and_leads_on(self, ada: httpx.Client) -> None:
        created = submit(ada, "/notes/new/", title="West Lake", text="三潭印月", tag="日记")
        assert created.status_code == 302
        assert "三潭印月" in ada.get(created.headers["location"]).text

    def test_a_form_without_its_token_is_refused(self, ada: httpx.Client) -> None:
        assert ada.post("/notes/new/", data={"title": "x"}).status_code == 403

    def test_a_path_may_hold_any_text(self, ada: httpx.Client) -> None:
        submit(ada, "/notes/new/", title="A walk", tag="日记")
        assert "A walk" in ada.get("/tags/日记/").text

    def test_5_mb_go_up_as_multipart_and_come_down_byte_for_byte(self, ada: httpx.Client) -> None:
        content = os.urandom(5 * 1024 * 1024)
        created = submit(ada, "/notes/new/", ("lake.bin", content, "application/octet-stream"), title="West Lake")
        assert created.status_code == 302
        assert ada.get(f"{created.headers['location']}attachment/").content == content

    def test_who_has_no_cookie_is_asked_to_log_in(self, site: DevServer, ada: httpx.Client) -> None:
        assert ada.get("/").status_code == 200
        stranger = site.get("/")
        assert (stranger.status_code, stranger.headers["location"]) == (302, "/login/?next=/")

    def test_head_options_and_304(self, ada: httpx.Client) -> None:
        assert (ada.head("/").status_code, ada.head("/").content) == (200, b"")
        assert "GET" in ada.options("/").headers["allow"]
        created = submit(ada, "/notes/new/", ("a.txt", b"1", "text/plain"), title="x")
        download = ada.get(f"{created.headers['location']}attachment/")
        unchanged = ada.get(download.url, headers={"if-none-match": download.headers["etag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")

    def test_a_page_that_raises_is_a_500_with_the_traceback_on_the_console_only(self, site: DevServer) -> None:
        broken = site.get("/broken/")
        assert broken.status_code == 500 and "on purpose" not in broken.text
        site.wait_for("RuntimeError: This page is broken on purpose.")

    def test_fifty_requests_at_once_are_all_answered(self, site: DevServer) -> None:
        with ThreadPoolExecutor(50) as threads:
            answers = list(threads.map(site.get, ["/login/"] * 50))
        assert {answer.status_code for answer in answers} == {200}


# -- every one --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sample", "path"),
    [("fastapi-notes", "/notes"), ("flask-notes", "/notes"), ("starlette-hello", "/"), ("django-notes", "/login/")],
)
def test_a_syntax_error_is_shown_in_the_browser_and_its_repair_answers(sample: str, path: str, tmp_path: Path) -> None:
    with served(sample, tmp_path) as server:
        assert server.get(path).status_code == 200
        code = (server.directory / "app.py").read_text("utf-8")
        server.save("app.py", f"{code}\ndef broken(:\n")
        shown = server.get(path, accept="text/html")
        assert shown.status_code == 502
        assert "SyntaxError" in shown.text and "def broken(:" in shown.text
        server.save("app.py", code)
        assert server.get(path).status_code == 200
