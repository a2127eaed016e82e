"""samples/django-notes, through WSGI and through ASGI."""

from __future__ import annotations

import random
import re
from itertools import count
from typing import TYPE_CHECKING

import httpx
import pytest

from .own_process import OwnProcess, example_statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "https://notes.example.com"
PASSWORD = "enigma-1843"

_names = (f"ada{number}" for number in count())


@pytest.fixture(scope="module", params=["app", "app_asgi"])
def module(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=["fc3-http", "fc-apigw", "fc2-http"])
def site(module: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnProcess]:
    folder = tmp_path_factory.mktemp("django-notes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOTES_DATABASE", str(folder / "notes.sqlite3"))
        patch.setenv("NOTES_FILES", str(folder / "files"))
        patch.setenv("NOTES_HOSTS", "notes.example.com,.fcapp.run")
        site = OwnProcess(module, str(request.param))
    with site:
        yield site


@pytest.fixture
def stranger(site: OwnProcess) -> Visitor:
    return Visitor(site)


@pytest.fixture
def ada(site: OwnProcess) -> Visitor:
    """Somebody new, signed up and logged in."""
    visitor = Visitor(site)
    name = next(_names)
    visitor.submit("/signup/", username=name, password1=PASSWORD, password2=PASSWORD)
    visitor.submit("/login/", username=name, password=PASSWORD)
    return visitor


class Visitor:
    """A browser: it keeps cookies, and sends forms with the token that the page gave it."""

    def __init__(self, site: OwnProcess) -> None:
        # Not closed: the process serves the next test too.
        self.client = httpx.Client(transport=site, base_url=HOST)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers=headers)

    def submit(self, path: str, file: tuple[str, bytes, str] | None = None, **fields: str) -> httpx.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.client.get(path).text)
        assert token is not None
        # Over https, Django wants to know which page the form was on.
        return self.client.post(
            path,
            data={"csrfmiddlewaretoken": token[1], **fields},
            files={"attachment": file} if file else None,
            headers={"referer": HOST + path},
        )


def test_a_stranger_is_led_to_the_login(stranger: Visitor) -> None:
    answer = stranger.get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/login/?next=/")


def test_a_login_sets_one_cookie_and_a_logout_removes_it(ada: Visitor) -> None:
    assert set(ada.client.cookies) == {"sessionid"}
    assert ada.get("/").status_code == 200
    # The form of the logout stands on every page; it leads to /logout/.
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', ada.get("/").text)
    assert token is not None
    answer = ada.client.post("/logout/", data={"csrfmiddlewaretoken": token[1]}, headers={"referer": HOST})
    assert (answer.status_code, answer.headers["location"]) == (302, "/login/")
    assert not ada.client.cookies
    assert ada.get("/").status_code == 302


def test_a_form_without_its_token_is_refused(ada: Visitor) -> None:
    answer = ada.client.post("/notes/new/", data={"title": "forged"}, headers={"referer": HOST})
    assert answer.status_code == 403
    assert "forged" not in ada.get("/").text


def test_a_form_from_another_site_is_refused(ada: Visitor) -> None:
    answer = ada.client.post("/notes/new/", data={"title": "forged"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


def test_a_note_is_created_read_updated_and_deleted(ada: Visitor) -> None:
    created = ada.submit("/notes/new/", title="West Lake", text="三潭印月", tag="日记")
    assert created.status_code == 302
    place = created.headers["location"]
    assert "三潭印月" in ada.get(place).text
    assert ada.submit(f"{place}edit/", title="Green tea", text="Longjing").headers["location"] == place
    assert "Longjing" in ada.get(place).text
    assert ada.submit(f"{place}delete/").headers["location"] == "/"
    assert ada.get(place).status_code == 404


def test_a_note_without_a_title_is_not_kept(ada: Visitor) -> None:
    answer = ada.submit("/notes/new/", text="nothing")
    assert answer.status_code == 200
    assert "This field is required." in answer.text
    assert "No notes." in ada.get("/").text


def test_the_list_is_searched(ada: Visitor) -> None:
    ada.submit("/notes/new/", title="West Lake")
    ada.submit("/notes/new/", title="Green tea")
    page = ada.client.get("/", params={"q": "LAKE"}).text
    assert "West Lake" in page
    assert "Green tea" not in page


def test_a_note_is_nobody_elses(ada: Visitor, site: OwnProcess) -> None:
    place = ada.submit("/notes/new/", title="private").headers["location"]
    eve, name = Visitor(site), next(_names)
    eve.submit("/signup/", username=name, password1=PASSWORD, password2=PASSWORD)
    eve.submit("/login/", username=name, password=PASSWORD)
    assert eve.get(place).status_code == 404


@pytest.mark.parametrize("tag", ["日记", "café au lait", "emoji 🍵"])
def test_a_path_may_hold_any_text(ada: Visitor, tag: str) -> None:
    ada.submit("/notes/new/", title="tagged", tag=tag)
    ada.submit("/notes/new/", title="plain")
    page = ada.get(f"/tags/{tag}/").text
    assert "tagged" in page
    assert "plain" not in page


def test_5_mb_go_up_and_come_down_byte_for_byte(ada: Visitor) -> None:
    content = random.Random(5).randbytes(5 * 1024 * 1024)
    place = ada.submit("/notes/new/", ("lake.png", content, "image/png"), title="photo").headers["location"]
    download = ada.get(f"{place}attachment/")
    assert download.headers["content-type"] == "image/png"
    assert download.content == content


def test_a_file_that_the_caller_has_is_a_304(ada: Visitor) -> None:
    place = ada.submit("/notes/new/", ("a.txt", b"1", "text/plain"), title="file").headers["location"]
    etag = ada.get(f"{place}attachment/").headers["etag"]
    answer = ada.get(f"{place}attachment/", **{"if-none-match": etag})
    assert (answer.status_code, answer.headers["etag"], answer.content) == (304, etag, b"")


def test_head_is_get_without_the_body(stranger: Visitor) -> None:
    answer = stranger.client.head("/login/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_options_names_the_methods(ada: Visitor) -> None:
    answer = ada.client.options("/")
    assert (answer.status_code, answer.headers["allow"]) == (200, "GET, HEAD, OPTIONS")


def test_a_path_without_its_slash_is_led_to_the_one_with(stranger: Visitor) -> None:
    answer = stranger.get("/login")
    assert (answer.status_code, answer.headers["location"]) == (301, "/login/")


def test_a_page_that_raises_is_a_500_that_tells_nothing(stranger: Visitor) -> None:
    answer = stranger.get("/broken/")
    assert answer.status_code == 500
    assert "on purpose" not in answer.text
    assert "Traceback" not in answer.text
    assert stranger.get("/login/").status_code == 200


def test_a_host_that_is_not_ours_is_refused(stranger: Visitor) -> None:
    assert stranger.get("/login/", host="evil.example").status_code == 400


def test_the_example_events_are_answered(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTES_DATABASE", str(tmp_path / "notes.sqlite3"))
    assert example_statuses(module) == {
        "1-login-page.json": 200,
        "2-anonymous-list.json": 302,
        "3-forged-login.json": 403,
    }
