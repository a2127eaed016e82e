"""What the environment says of this deployment. Secrets come from there alone, and no repr shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir

from sqlalchemy import URL, make_url

DAY = 24 * 60 * 60

# The code directory of a function is read-only; the temporary directory is not, and lasts as long as the instance.
SQLITE = Path(gettempdir(), "miniprogram-backend.sqlite3")

# The asynchronous driver of each kind of database: `mysql://` and `postgres://`, as consoles show them, are enough.
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "mysql": "mysql+asyncmy",
    "mariadb": "mariadb+asyncmy",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}


@dataclass(frozen=True)
class Settings:
    """``appid`` and ``secret`` are the mini-program's; both are empty where nobody logs in with a code."""

    database: URL
    wechat: str = "https://api.weixin.qq.com"
    appid: str = ""
    secret: str = field(default="", repr=False)
    # Without SESSION_SECRET each instance makes its own, and a session ends with its instance.
    session_secret: str = field(default_factory=token_hex, repr=False)
    session_seconds: int = 7 * DAY

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Settings":
        named = {
            "wechat": environ.get("WECHAT_API", "").rstrip("/"),
            "appid": environ.get("WECHAT_APPID", ""),
            "secret": environ.get("WECHAT_SECRET", ""),
            "session_secret": environ.get("SESSION_SECRET", ""),
        }
        told = {name: value for name, value in named.items() if value}
        seconds = int(environ.get("SESSION_SECONDS") or cls.session_seconds)
        return cls(database_url(environ), **told, session_seconds=seconds)


def database_url(environ: Mapping[str, str]) -> URL:
    """``DATABASE_URL``; else the MySQL of WeChat CloudRun, in the variables that its templates have; else SQLite."""
    told = environ.get("DATABASE_URL")
    if told:
        url = make_url(told)
        url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername))
        return _with_ssl(url) if url.drivername == "postgresql+asyncpg" else url
    # https://github.com/WeixinCloud/wxcloudrun-flask: host:port, and the user beside it.
    address = environ.get("MYSQL_ADDRESS")
    if address:
        host, _, port = address.partition(":")
        return URL.create(
            "mysql+asyncmy",
            environ.get("MYSQL_USERNAME"),
            environ.get("MYSQL_PASSWORD"),
            host,
            int(port or 3306),
            environ.get("MYSQL_DATABASE") or "shopping",
        )
    return URL.create("sqlite+aiosqlite", database=str(SQLITE))


def _with_ssl(url: URL) -> URL:
    """Consoles write libpq's ``sslmode``, which asyncpg knows as ``ssl``."""
    mode = url.query.get("sslmode")
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode}) if mode else url
