"""`parley admin`: people who work here, and what is done to the data as a whole."""

import argparse
from typing import Any

from console.cli.options import add_data
from console.cli.surroundings import outside, password, place, run
from console.cli.tools import tools


def add_admin(commands: Any) -> None:
    """`parley admin NOUN …`."""
    admin = commands.add_parser("admin", allow_abbrev=False, help="administer a server")
    nouns = admin.add_subparsers(metavar="user", dest="noun", required=True)
    _add_user(nouns)


def _add_user(nouns: Any) -> None:
    user = nouns.add_parser("user", allow_abbrev=False, help="people who work here")
    verbs = user.add_subparsers(metavar="add", dest="verb", required=True)
    add = verbs.add_parser("add", allow_abbrev=False, help="add somebody")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, help="agent, supervisor, admin or integration")
    add.add_argument("--team", action="append", default=[], help="may be given several times")
    add.add_argument("--password-stdin", action="store_true", required=True)
    add_data(add)
    add.set_defaults(run=_user_add)


def _user_add(options: argparse.Namespace) -> int:
    found = tools()
    from console.server.admin_routes import NewUser

    asked = NewUser(
        email=options.email,
        name=options.name,
        role=options.role,
        password=password(),
        teams=tuple(options.team),
    )
    return run(found.add_user(asked, place(options), outside()))
