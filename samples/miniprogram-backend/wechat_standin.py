"""A stand-in for WeChat's login, for development: on loopback, without an account. Never deploy it.

    python -m wechat_standin            # http://127.0.0.1:9001

``GET /code`` does what ``wx.login`` does in a mini-program: its answer is a code, which is good for one login within
five minutes. ``/code?openid=...`` says whose, and ``/code?errcode=45011`` gives a code that is refused in that way.
``GET /sns/jscode2session`` answers as https://api.weixin.qq.com does: always with status 200, as text/plain, and with
``errcode`` only where something is wrong.
https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
"""

import json
import sys
from argparse import ArgumentParser
from base64 import b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from threading import Thread
from time import monotonic
from urllib.parse import parse_qsl, urlsplit

APPID = "wx0123456789abcdef"
SECRET = "the-stand-in-takes-this-one-only"
# Whom `fcbridge dev` plays behind tcb-call and tcb-container: the same user's list, whichever way.
OPENID = "oEXAMPLEopenid000000000000001"

FIVE_MINUTES = 300
MESSAGES = {
    -1: "system error",
    40002: "invalid grant_type",
    40013: "invalid appid",
    40029: "invalid code",
    40125: "invalid appsecret",
    40163: "code been used",
    40226: "code blocked",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    45011: "api minute-quota reach limit  mustslower  retry next minute",
}


class StandIn:
    """``with StandIn() as wechat``: answers on ``wechat.url`` until the end of the block."""

    def __init__(self, port: int = 0) -> None:
        self._codes: dict[str, tuple[str, int, float]] = {}
        self._used: set[str] = set()
        standin = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = dict(parse_qsl(address.query))
                if address.path == "/code":
                    self._answer(200, standin.code(query.get("openid", OPENID), int(query.get("errcode", "0"))))
                elif address.path == "/sns/jscode2session":
                    self._answer(200, standin.answer(query))
                else:
                    self._answer(404, "")

            def _answer(self, status: int, text: str) -> None:
                content = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Silent: the lines would have the secret and the code."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "StandIn":
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def code(self, openid: str = OPENID, errcode: int = 0) -> str:
        """What ``wx.login`` gives to the mini-program of this user."""
        code = token_hex(16)
        self._codes[code] = (openid, errcode, monotonic())
        return code

    def answer(self, query: dict[str, str]) -> str:
        """What goes over the wire."""
        return json.dumps(self.code2session(query))

    def code2session(self, query: dict[str, str]) -> dict[str, object]:
        code = query.get("js_code", "")
        openid, errcode, made = self._codes.get(code, ("", 40029, 0.0))
        errcode = self._mistake(query) or errcode
        if not errcode and code in self._used:
            errcode = 40163
        if not errcode and monotonic() - made > FIVE_MINUTES:
            errcode = 40029
        if errcode:
            message = MESSAGES.get(errcode, "system error")
            return {"errcode": errcode, "errmsg": f"{message}, rid: {token_hex(4)}-{token_hex(4)}-{token_hex(4)}"}
        self._used.add(code)
        # 16 bytes as base64, as WeChat's are; made of the code, so that a test knows what must not be seen anywhere.
        return {"session_key": session_key(code), "openid": openid}

    def _mistake(self, query: dict[str, str]) -> int:
        """What is wrong with a request, before anybody looks at the code."""
        for name, missing in (("appid", 41002), ("secret", 41004), ("js_code", 41008)):
            if not query.get(name):
                return missing
        if query["appid"] != APPID:
            return 40013
        if query["secret"] != SECRET:
            return 40125
        return 0 if query.get("grant_type") == "authorization_code" else 40002


def session_key(code: str) -> str:
    return b64encode(sha256(code.encode()).digest()[:16]).decode()


def main() -> int:
    parser = ArgumentParser(prog="python -m wechat_standin", description="WeChat's login, played on this machine.")
    parser.add_argument("--port", type=int, default=9001)
    standin = StandIn(parser.parse_args().port)
    print(f"url  {standin.url}   a stand-in for WeChat, for development only", file=sys.stderr, flush=True)
    try:
        standin.server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        standin.server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
