from __future__ import annotations

import pytest

from fcbridge.dev.pages import failure_page, is_loopback
from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Request, Response

ANSWER = Response(
    502, Headers([("content-type", "application/json"), ("content-length", "2"), ("x-error", "init")]), b"{}"
)
REFUSAL = Refusal(Refusal.INIT_FAILED, "NameError: name '<script>' is not defined")
TRACEBACK = 'File "/code/index.py", line 1\n    <script>alert("&")</script>\n'


def page(accept: str, method: str = "GET") -> Response:
    request = Request(method, headers=Headers([("host", "localhost"), ("accept", accept)]))
    return failure_page(request, ANSWER, REFUSAL, TRACEBACK, "A & B")


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:9000", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:9000", "[::1]", "[::1]:9000"]
)
def test_this_machine_is_known_by_its_own_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [None, "", "example.com", "example.com:9000", "localhost.example.com", "127.0.0.1.example.com", "127.0.0.1:x",
     "::1", "[::1", "10.0.0.5:9000", "localhost:9000:9000"],
)  # fmt: skip
def test_any_other_name_is_not_this_machine(host: str | None) -> None:
    assert not is_loopback(host)


def test_a_browser_gets_html_in_which_nothing_of_the_app_is_markup() -> None:
    text = page("text/html,application/xhtml+xml,*/*;q=0.8").body.decode()
    assert "<script" not in text
    assert "&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;" in text
    assert "name &#x27;&lt;script&gt;&#x27; is not defined" in text
    assert "A &amp; B" in text


def test_others_get_plain_text() -> None:
    answer = page("*/*")
    assert answer.headers.get("content-type") == "text/plain; charset=utf-8"
    assert TRACEBACK in answer.body.decode()


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_status_and_headers_stay_those_of_the_platform(accept: str) -> None:
    answer = page(accept)
    assert (answer.status, answer.headers.get("x-error")) == (502, "init")
    assert answer.headers.get_all("content-length") == [str(len(answer.body))]
    assert len(answer.headers.get_all("content-type")) == 1


def test_head_gets_the_length_without_the_page() -> None:
    answer = page("text/html", "HEAD")
    assert answer.body == b"" and answer.headers.get("content-length") == page("text/html").headers.get(
        "content-length"
    )


def test_the_page_runs_no_script() -> None:
    assert "default-src 'none'" in (page("text/html").headers.get("content-security-policy") or "")
