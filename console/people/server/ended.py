"""What was ended since a backup was made: sessions signed out, passwords changed. None comes back with it."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from console.people.server.schema import credential
from console.store import bulk


class Standing(NamedTuple):
    """Whom a database knows, the sessions that are open in it, and passwords: (hash, changed at).

    Users and sessions are told by their bytes: ids, and hashes of tokens.
    """

    users: frozenset[bytes] = frozenset()
    sessions: frozenset[bytes] = frozenset()
    passwords: dict[bytes, tuple[str, int]] = {}


def standing(connection: Connection) -> Standing:
    """How things stand in a database that has our tables."""
    return Standing(
        frozenset(bytes(row[0]) for row in _rows(connection, "SELECT id FROM users")),
        frozenset(bytes(row[0]) for row in _rows(connection, "SELECT token_hash FROM session")),
        {
            bytes(user): (told, at)
            for user, told, at in _rows(
                connection, "SELECT user_id, password_hash, changed_at FROM credential"
            )
        },
    )


def end_again(connection: Connection, last: Standing) -> None:
    """In a database as it was earlier, end the sessions and replace the passwords that had been.

    Whoever was not known to `last` is left alone: that was another installation, or before them.
    """
    now = standing(connection)
    over = [
        {"token": bytes(token)}
        for token, user in _rows(connection, "SELECT token_hash, user_id FROM session")
        if bytes(user) in last.users and bytes(token) not in last.sessions
    ]
    if over:
        connection.execute(text("DELETE FROM session WHERE token_hash = :token"), over)
    newer = [
        {"user_id": user, "password_hash": told, "changed_at": at}
        for user, (told, at) in last.passwords.items()
        if user in now.users
    ]
    bulk.upsert(connection, credential, newer, newer="changed_at")


def _rows(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(sql))]
