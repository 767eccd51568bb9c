"""Who may manage which conference: access codes and tokens, of which SQL keeps only hashes."""

import asyncio
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select

from domain.conference_management.conference import Conference
from domain.conference_management.ports import Token
from infra.sql.conference_rows import code_key, to_conference
from infra.sql.database import Database
from infra.sql.tables import conferences, organizer_tokens

_GRANTED = select(organizer_tokens.c.conference_id).where(organizer_tokens.c.token_hash == bindparam("token_hash"))
_GRANT = insert(organizer_tokens)
_OWNED = (
    select(conferences.c.id, conferences.c.code, conferences.c.access_code_hash)
    .where(conferences.c.owner_email_key == bindparam("email_key"))
    .order_by(conferences.c.id)
)
_MANAGED = (
    select(conferences)
    .join(organizer_tokens, organizer_tokens.c.conference_id == conferences.c.id)
    .where(
        organizer_tokens.c.token_hash == bindparam("token_hash"),
        organizer_tokens.c.expires_at > bindparam("now"),
        conferences.c.code_key == bindparam("code_key"),
    )
)


def hash_access_code(owner_email: str, access_code: str) -> str:
    """The slow hash of an access code, salted with its owner's e-mail in any letter case.

    With a salt per owner, not per conference, signing in costs one hash whether she has no conference, one or many.
    """
    salt = b"organizer:" + owner_email.casefold().encode()
    return hashlib.scrypt(access_code.encode(), salt=salt, n=2**13, r=8, p=1, dklen=32).hex()


def hash_token(secret: str) -> str:
    """The hash of a token. A fast one will do: there is nothing to guess in 32 random bytes."""
    return hashlib.sha256(secret.encode()).hexdigest()


def grant(connection: Connection, conference_id: UUID, token: Token) -> None:
    """Make `token` good for this conference; doing so again changes nothing."""
    token_hash = hash_token(token.secret)
    if connection.execute(_GRANTED, {"token_hash": token_hash}).scalar() is None:
        row = {"token_hash": token_hash, "conference_id": conference_id, "expires_at": token.expires_at}
        connection.execute(_GRANT, row)


class SqlOrganizerAccess:
    """The OrganizerAccess."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sign_in(self, email: str, access_code: str, token: Token) -> str | None:
        """As the port says."""
        given = await asyncio.to_thread(hash_access_code, email, access_code)
        key = {"email_key": email.casefold()}
        owned = await self._database.read(lambda connection: connection.execute(_OWNED, key).all())
        matching = [row for row in owned if hmac.compare_digest(row.access_code_hash, given)]
        if not matching:
            return None
        found = matching[0]
        await self._database.write(lambda connection: grant(connection, found.id, token))
        code: str = found.code
        return code

    async def conference(self, code: str, token: str, now: datetime) -> Conference | None:
        """As the port says."""
        wanted = {"token_hash": hash_token(token), "now": now, "code_key": code_key(code)}

        def work(connection: Connection) -> Conference | None:
            row = connection.execute(_MANAGED, wanted).one_or_none()
            return to_conference(connection, row) if row is not None else None

        return await self._database.read(work)
