"""Logins: a signed token for the mini-program, a row here that says the login has not ended.

The token holds nothing but the row's id, so who decodes it learns nothing. What is forged or too old is refused by its
signature, before the database is asked.
"""

from secrets import token_urlsafe
from time import time

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from database import SessionRow


class Sessions:
    def __init__(self, secret: str, seconds: int) -> None:
        self.seconds = seconds
        self._signed = URLSafeTimedSerializer(secret, salt="session")

    async def open(self, owner: str, database: AsyncSession) -> str:
        """The token of a new login; those of this user that have expired are cleared away."""
        now = int(time())
        expired = delete(SessionRow).where(SessionRow.owner == owner, SessionRow.expires <= now)
        await database.execute(expired)
        row = SessionRow(id=token_urlsafe(16), owner=owner, expires=now + self.seconds)
        database.add(row)
        token = self._signed.dumps(row.id)
        await database.commit()
        return str(token)

    async def owner(self, token: str, database: AsyncSession) -> str | None:
        """Whose token it is; None where it is forged, has expired or was logged out."""
        row = await self._row(token, database)
        return row.owner if row is not None and row.expires > time() else None

    async def close(self, token: str, database: AsyncSession) -> None:
        row = await self._row(token, database)
        if row is not None:
            await database.delete(row)
            await database.commit()

    async def _row(self, token: str, database: AsyncSession) -> SessionRow | None:
        try:
            known = self._signed.loads(token, max_age=self.seconds)
        except BadSignature:
            return None
        return await database.get(SessionRow, known)
