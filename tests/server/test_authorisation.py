"""Who may do what, for every route and every command against every role: generated, none left out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler
from msgspec import structs

from console.conversations.records import AddNote, SeeMention, SendReply
from console.drafts.model import Version
from console.drafts.records import ShareDraft
from console.fields.model import Content as FieldContent
from console.fields.model import CustomField
from console.fields.records import FIELD, ChangeField, CreateField, MoveField
from console.kernel.codec import NIL, Strict
from console.kernel.ids import derived_id, new_id
from console.macros.model import Content, Macro
from console.macros.records import MACRO, ChangeMacro, CreateMacro, DeleteMacro
from console.masking.model.policy import POLICY_ID
from console.masking.model.policy import Content as MaskingContent
from console.masking.records import SetMasking
from console.orders.model import EventName, Order, OrderEvent
from console.orders.records import RecordOrder, RecordOrderEvent
from console.orders.server import order_id_of
from console.people.model import ORG_SCOPE, ROLES, Action, Actor, PartyNote, User
from console.people.records import (
    PARTY_NOTE,
    USER,
    ChangePartyNote,
    DeletePartyNote,
    NoteParty,
)
from console.people.server.scopes import org_scopes, regrant
from console.search.records import DropSearch, SaveSearch
from console.server import app as web
from console.server import rooms
from console.server.app import make_app
from console.server.auth import PUBLIC, SIGNED_IN
from console.sync.records import Command, Rejected, internal_scope
from console.tickets.model import Priority, Status
from console.tickets.records import (
    Assign,
    ChangeTags,
    ImportConversation,
    ImportTurn,
    MarkRead,
    Merge,
    MoveToTeam,
    SetField,
    SetPriority,
    SetStatus,
    Snooze,
    Split,
    Take,
    Unmerge,
    Wake,
)
from console.views.model import SavedView
from console.views.records import (
    VIEW,
    ChangeView,
    CreateView,
    DeleteView,
    MoveView,
    RestoreView,
    ShareView,
)
from tests.parts.acts import AT, Case, act, begin_case, received, team_named
from tests.parts.office import Office
from tests.parts.server import LiveServer
from tests.parts.web import request

COMMANDS = sorted(rooms.dispatch().handlers)
STANDINGS = ["agent in team", "agent outside", "supervisor", "admin", "integration", "inactive"]


VIEW_WISHES: dict[str, Strict] = {
    "ChangeView": ChangeView(name="Later ones"),
    "MoveView": MoveView(position=7),
    "DeleteView": DeleteView(),
    "RestoreView": RestoreView(),
}


def team_view(case: Case) -> UUID:
    """A view of Europe's, of nobody in particular."""
    team = team_named(case.office, "Europe")
    view = SavedView(id=new_id(), name="Late ones", audience="team", team_id=team.id)
    case.office.write(lambda tx: tx.record(VIEW, view, frozenset({team.scope})))
    return view.id


def command_for(name: str, case: Case) -> Command:
    """A command of that kind that would be done, were it allowed."""
    ticket = case.ticket
    message: dict[str, Any] = {"message_id": new_id(), "body": "hello"}
    wishes: dict[str, Strict] = {
        "Assign": Assign(assignee_id=NIL),
        "Take": Take(),
        "MoveToTeam": MoveToTeam(team_id=NIL, seen=ticket.team_id),
        "SetStatus": SetStatus(status=Status.PENDING, seen=ticket.status),
        "SetPriority": SetPriority(priority=Priority.HIGH, seen=ticket.priority),
        "ChangeTags": ChangeTags(add=("vip",)),
        "SetField": SetField(field_id=new_id()),
        "MarkRead": MarkRead(count=1),
        "Snooze": Snooze(until=AT + timedelta(days=1)),
        "Wake": Wake(seen=AT),
        "Split": Split(ticket_id=new_id(), conversation_id=new_id(), messages=()),
        "SaveSearch": SaveSearch(line="is:open", at=AT),
        "DropSearch": DropSearch(),
        "SendReply": SendReply(lane="buyer", **message),
        "AddNote": AddNote(**message),
        "SeeMention": SeeMention(message_id=new_id()),
        "RecordOrder": RecordOrder(order=Order(number="A-1")),
        "RecordOrderEvent": RecordOrderEvent(event=OrderEvent(AT, EventName.PAID)),
    }
    if name == "ReceiveMessage":
        return received(case.conversation_id)
    if name == "ImportConversation":
        asked = structs.asdict(received())
        assert asked["type"] == "ReceiveMessage"
        from console.conversations.records import Sender

        sender = Sender(side="buyer", name="Lena")
        turns = (ImportTurn(author="buyer", body="x"),)
        args = ImportConversation(external_id="x", turns=turns, requester=sender)
        return act(derived_id("import"), args)
    if name in ("Merge", "Unmerge"):
        other = begin_case(case.office, team="Europe", email=f"{new_id()}@mail.test").ticket.id
        return act(ticket.id, Merge(ticket=other) if name == "Merge" else Unmerge(ticket=other))
    if name == "ShareDraft":
        version = Version("buyer", "x", AT)
        wish = ShareDraft(ticket_id=ticket.id, version=version, device=new_id())
        return act(ticket.id, wish)
    for names, made in (
        (("SetMasking",), masking_command),
        (("CreateMacro", "ChangeMacro", "DeleteMacro"), macro_command),
        (("NoteParty", "ChangePartyNote", "DeletePartyNote"), note_command),
        (("CreateField", "ChangeField", "MoveField"), field_command),
    ):
        if name in names:
            return made(name, case)
    if name in ("RecordOrder", "RecordOrderEvent"):
        return act(order_id_of("A-1"), wishes[name])
    if name.endswith("View"):
        return view_command(name, case)
    target = case.conversation_id if name in ("SendReply", "AddNote") else ticket.id
    return act(target, wishes[name])


def masking_command(_: str, __: Case) -> Command:
    """The same for the organisation's one policy."""
    return act(POLICY_ID, SetMasking(content=MaskingContent(own=("shop.test",))))


def view_command(name: str, case: Case) -> Command:
    """The same for a view of the case's team, or a new one of the actor's own."""
    if name == "CreateView":
        return act(new_id(), CreateView(name="Late ones"))
    if name == "ShareView":
        team_id = team_named(case.office, "Europe").id
        return act(team_view(case), ShareView(audience="team", team_id=team_id))
    return act(team_view(case), VIEW_WISHES[name])


def note_command(name: str, case: Case) -> Command:
    """The same for a note on the case's customer, the actor's own."""
    party_id, note_id = case.ticket.requester_id, new_id()
    if name == "NoteParty":
        return act(note_id, NoteParty(party_id=party_id, body="x"))
    authors = [row[0] for row in case.office.rows("SELECT id FROM users WHERE name = 'Zoe Adams'")]
    author = UUID(bytes=bytes(authors[0])) if authors else NIL
    note = PartyNote(id=note_id, party_id=party_id, author_id=author, at=AT, body="x")
    case.office.write(lambda tx: tx.record(PARTY_NOTE, note))
    if name == "ChangePartyNote":
        return act(note_id, ChangePartyNote(body="y"))
    return act(note_id, DeletePartyNote())


def field_command(name: str, case: Case) -> Command:
    """The same for a custom field that is there, or a new one."""
    content = FieldContent(name=f"Reason {new_id()}")
    if name == "CreateField":
        return act(new_id(), CreateField(content=content))
    field = CustomField(id=new_id(), content=content)
    case.office.write(lambda tx: tx.record(FIELD, field, org_scopes()))
    wish = ChangeField(content=content) if name == "ChangeField" else MoveField(position=7)
    return act(field.id, wish, base_rev=case.office.head())


def macro_command(name: str, case: Case) -> Command:
    """The same for a macro of the case's team, or a new one of the actor's own."""
    if name == "CreateMacro":
        return act(new_id(), CreateMacro(content=Content(name="x", text="x")))
    team = team_named(case.office, "Europe")
    content = Content(name="x", text="x", sharing="team", team_id=team.id)
    me = new_id()
    macro = Macro(id=new_id(), content=content, owner_id=me, changed_by=me)
    inside = frozenset((internal_scope(team.scope),))
    case.office.write(lambda tx: tx.record(MACRO, macro, inside))
    wish = ChangeMacro(content=content) if name == "ChangeMacro" else DeleteMacro()
    return act(macro.id, wish, base_rev=case.office.head())


def person(office: Office, standing: str) -> Actor:
    role = {"agent in team": "agent", "agent outside": "agent", "inactive": "admin"}.get(
        standing, standing
    )
    teams = ("Europe",) if standing == "agent in team" else ()
    user = office.user("Zoe Adams", role, teams)
    if standing == "inactive":
        gone = structs.replace(user, active=False)

        def leave(tx: Any) -> None:
            tx.record(USER, gone)
            regrant(tx, gone)

        office.write(leave)
    return office.actor(user)


def allowed(name: str, standing: str) -> bool:
    """The rule, said once more and independently of the code."""
    role = {"agent in team": "agent", "agent outside": "agent", "inactive": "admin"}.get(
        standing, standing
    )
    handler = rooms.dispatch().handlers[name]
    if handler.action not in ROLES[role]:
        return False
    if handler.target is None and name != "NoteParty":
        return name != "CreateView" or standing != "inactive"
    return standing in ("agent in team", "supervisor", "admin")


@pytest.mark.parametrize("standing", STANDINGS)
def test_commands_by_role(office: Office, standing: str) -> None:
    who = None
    for name in COMMANDS:
        case = begin_case(office, team="Europe", email=f"{name}@mail.test", order_number="A-1")
        who = who or person(office, standing)
        command = command_for(name, case)
        outcome = office.run(who, command)
        refused = isinstance(outcome, Rejected) and outcome.code == "denied"
        assert refused is not allowed(name, standing), (name, standing, outcome)
        if refused:
            assert isinstance(outcome, Rejected)
            field = name in ("ChangeField", "MoveField")  # all staff see those
            scope = ORG_SCOPE if field else team_named(office, "Europe").scope
            seen = scope in who.scopes
            assert outcome.current is None or seen


def test_every_command_is_tried_here(office: Office) -> None:
    case = begin_case(office)
    assert {command_for(name, case).type for name in COMMANDS} == set(COMMANDS)


def test_every_action_is_asked_for_somewhere() -> None:
    by_commands = {handler.action for handler in rooms.dispatch().handlers.values()}
    by_routes = {handler.opt.get("action") for handler in web.ROUTES}
    # asked for by what a command says: of a macro, of a colleague's note, or of contact data
    by_content = {Action.MACROS_SHARED, Action.CUSTOMER_NOTES, Action.UNMASK}
    assert set(Action) - by_commands - by_routes - by_content == set()


# -- routes


@dataclass(frozen=True)
class Route:
    """A way in: method and path with its declared action."""

    method: str
    path: str
    action: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


ROUTES = [
    Route(method, path, handler.opt.get("action"))
    for handler in web.ROUTES
    if isinstance(handler, HTTPRouteHandler)
    for method in handler.http_methods
    for path in handler.paths
]


def test_every_route_declares_its_action() -> None:
    known = {*map(str, Action), PUBLIC, SIGNED_IN}
    assert [str(route) for route in ROUTES if str(route.action) not in known] == []
    assert all(handler.opt.get("action") for handler in web.ROUTES)
    public = [str(route) for route in ROUTES if route.action == PUBLIC]
    assert public == [
        "POST /auth/sign-in", "GET /health", "GET /health/live", "GET /health/ready"
    ]  # fmt: skip


@pytest.mark.anyio
async def test_a_route_that_declares_nothing_is_shut_even_for_administrators(
    database_url: str, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from litestar import get

    from console.people.server import accounts, sessions
    from console.server.core import open_core
    from console.store.engine import open_database

    @get("/forgotten")
    async def forgotten() -> str:
        return "secret"

    monkeypatch.setattr(web, "ROUTES", (*web.ROUTES, forgotten))
    core = await open_core(open_database(database_url), clock, serving=True)
    root = await core.write(lambda tx: accounts.add_user(tx, "r@x.y", "Root", "admin", ()))
    token = (await core.write(lambda tx: sessions.open_session(tx, root.id, None))).token
    transport = httpx.ASGITransport(make_app(core, "control"))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        answers = [
            await client.get("/forgotten", headers={"authorization": f"Bearer {given}"})
            for given in (token, "control")
        ]
    await core.leave()
    core.close()
    assert [answer.status_code for answer in answers] == [403, 403]
    assert not any("secret" in answer.text for answer in answers)


@dataclass
class Callers:
    """One token for each kind of caller, on one server."""

    server: LiveServer
    tokens: dict[str, str | None]
    ticket: UUID

    def call(self, route: Route, caller: str) -> httpx.Response:
        token = self.tokens[caller]
        headers = {"authorization": f"Bearer {token}"} if token else {}
        path = route.path.replace("{ticket_id:uuid}", str(self.ticket))
        path = path.replace("{blob_id:uuid}", str(self.ticket))
        query = "?after=0" if path.endswith("changes") else ""
        content = b"{}" if route.method == "POST" else None
        return request(
            route.method, self.server.url + path + query, headers=headers, content=content
        )


@pytest.fixture
def callers(server: LiveServer) -> Callers:
    users: dict[str, User] = {
        "agent": server.add_user("Ana Kovac", teams=("Europe",)),
        "outside": server.add_user("Ben Ode", teams=("Asia",)),
        "supervisor": server.add_user("Sue Park", "supervisor"),
        "admin": server.add_user("Root Boss", "admin"),
        "integration": server.add_user("Shop Hook", "integration"),
        "inactive": server.add_user("Gone Away", "admin"),
    }
    tokens: dict[str, str | None] = {name: server.token(user) for name, user in users.items()}
    gone = structs.replace(users["inactive"], active=False)
    server.write(lambda tx: tx.record(USER, gone))
    tokens |= {"nobody": None, "forged": "x" * 43}
    from console.people.tables import rows

    europe = next(t for t in server.call(server.core.read(rows.teams)) if t.name == "Europe")
    server.execute(server.operator(), received(team_id=europe.id))
    (row,) = server.call(server.core.read(lambda r: r.rows("SELECT id FROM tickets")))
    return Callers(server, tokens, UUID(bytes=bytes(row[0])))


def test_routes_by_role(callers: Callers) -> None:
    for route in ROUTES:
        for caller in callers.tokens:
            status = callers.call(route, caller).status_code
            if route.action == PUBLIC:
                assert status not in (401, 403), (str(route), caller)
            elif caller in ("nobody", "forged", "inactive"):
                assert status == 401, (str(route), caller)
            elif route.action == SIGNED_IN:
                assert status not in (401, 403), (str(route), caller)
                if route.path.endswith("sign-out"):
                    role = "agent" if caller == "outside" else caller
                    assert role in ROLES
            else:
                role = "agent" if caller == "outside" else caller
                hidden = caller == "outside" and "ticket_id" in route.path
                may = route.action in ROLES[role] and not hidden
                assert (status != 403) is may, (str(route), caller, status)
        _sign_in_again(callers)


def _sign_in_again(callers: Callers) -> None:
    """Signing out is one of the routes."""
    from console.people.tables import rows

    users = {u.name: u for u in callers.server.call(callers.server.core.read(rows.users))}
    names = {
        "agent": "Ana Kovac",
        "outside": "Ben Ode",
        "supervisor": "Sue Park",
        "admin": "Root Boss",
        "integration": "Shop Hook",
    }
    for caller, name in names.items():
        callers.tokens[caller] = callers.server.token(users[name])


def test_hidden_and_missing_are_told_alike(callers: Callers) -> None:
    route = next(route for route in ROUTES if "ticket_id" in route.path)
    hidden = callers.call(route, "outside")
    missing = Callers(callers.server, callers.tokens, new_id()).call(route, "agent")
    assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json())
