"""`parley admin`: people who work here, custom fields, and what is done to the data as a whole."""

import argparse
from typing import Any

from console.cli.backups import upkeep
from console.cli.options import add_place
from console.cli.surroundings import outside, password, place, run
from console.cli.tools import tools

_TYPES = ("text", "number", "date", "yesno", "choice")
_YES_NO = ("yes", "no")


def add_admin(commands: Any) -> None:
    """`parley admin NOUN …`."""
    admin = commands.add_parser("admin", allow_abbrev=False, help="administer a server")
    nouns = admin.add_subparsers(
        metavar="user|field|erase|move-database", dest="noun", required=True
    )
    _add_user(nouns)
    _add_field(nouns)
    _add_erase(nouns)
    _add_move(nouns)


def _add_user(nouns: Any) -> None:
    user = nouns.add_parser("user", allow_abbrev=False, help="people who work here")
    verbs = user.add_subparsers(metavar="add|teams", dest="verb", required=True)
    add = verbs.add_parser("add", allow_abbrev=False, help="add somebody")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True, help="as colleagues and customers read it")
    add.add_argument("--role", required=True, help="agent, supervisor, admin or integration")
    add.add_argument("--team", action="append", default=[], help="may be given several times")
    add.add_argument(
        "--password-stdin",
        action="store_true",
        required=True,
        help="the password comes from standard input; at a terminal you are asked for it",
    )
    add_place(add)
    add.set_defaults(run=_user_add)
    teams = verbs.add_parser(
        "teams", allow_abbrev=False, help="put somebody in these teams, and out of all others"
    )
    teams.add_argument("email", metavar="EMAIL")
    teams.add_argument("--team", action="append", default=[], help="may be given several times")
    add_place(teams)
    teams.set_defaults(run=_user_teams)


def _add_field(nouns: Any) -> None:
    field = nouns.add_parser("field", allow_abbrev=False, help="custom fields of tickets")
    verbs = field.add_subparsers(metavar="list|add|change", dest="verb", required=True)
    listed = verbs.add_parser("list", allow_abbrev=False, help="all there are, in their order")
    add_place(listed)
    listed.set_defaults(run=_field_list)
    add = verbs.add_parser("add", allow_abbrev=False, help="make one")
    add.add_argument("--type", default="text", choices=_TYPES, help="what it holds; stays so")
    change = verbs.add_parser("change", allow_abbrev=False, help="change what is given")
    change.add_argument("--rename", metavar="NAME")
    change.add_argument("--active", choices=_YES_NO, help="no: shown nowhere, its values stay")
    change.add_argument("--all-teams", action="store_true", help="show it to all teams again")
    for parser in (add, change):
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--option", action="append", help="of a choice; give all there are")
        parser.add_argument("--team", action="append", help="who is shown it; all without")
        parser.add_argument("--required", choices=_YES_NO, help="no ticket is solved without it")
        add_place(parser)
        parser.set_defaults(run=_field_keep)


def _add_erase(nouns: Any) -> None:
    erase = nouns.add_parser(
        "erase", allow_abbrev=False, help="erase a ticket with its conversation, for good"
    )
    erase.add_argument("number", type=int, metavar="TICKET_NUMBER")
    add_place(erase)
    erase.set_defaults(run=_erase)


def _add_move(nouns: Any) -> None:
    move = nouns.add_parser(
        "move-database",
        allow_abbrev=False,
        help="from SQLite to PostgreSQL, or back; servers are stopped before",
    )
    move.add_argument("source", metavar="FROM_URL", help="sqlite:///FILE or postgresql://…")
    move.add_argument("target", metavar="TO_URL", help="an empty one")
    move.set_defaults(run=_move)


def _field_list(options: argparse.Namespace) -> int:
    return run(tools().list_fields(place(options), outside()))


def _field_keep(options: argparse.Namespace) -> int:
    found = tools()
    from console.server.field_routes import KeepField

    make = options.verb == "add"
    every = not make and options.all_teams
    asked = KeepField(
        name=options.name,
        make=make,
        rename=None if make else options.rename,
        type=options.type if make else "text",
        options=tuple(options.option) if options.option else None,
        teams=tuple(options.team) if options.team else () if every else None,
        required=_yes(options.required),
        active=None if make else _yes(options.active),
    )
    return run(found.keep_field(asked, place(options), outside()))


def _yes(told: str | None) -> bool | None:
    return None if told is None else told == "yes"


def _erase(options: argparse.Namespace) -> int:
    return run(tools().erase(options.number, place(options), outside()))


def _move(options: argparse.Namespace) -> int:
    done: int = upkeep().move_database(options.source, options.target)
    return done


def _user_teams(options: argparse.Namespace) -> int:
    found = tools()
    from console.server.admin_routes import TeamsOf

    asked = TeamsOf(email=options.email, teams=tuple(options.team))
    return run(found.set_teams(asked, place(options), outside()))


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
