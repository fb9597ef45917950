"""For each crash point what is done to come by it: the victim dies there, the world goes on."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import msgspec

from console.kernel.crash import EXIT_CODE, POINTS
from console.kernel.ids import new_id
from console.store import sqlite
from console.sync.client.work import CACHE_FILE
from console.tickets.records import MoveToTeam
from tests.faults.children import PATIENCE_S, Child, Died
from tests.faults.console import Console
from tests.faults.seat import KEY
from tests.faults.shop import Shop
from tests.faults.world import World
from tests.parts import web
from tests.parts.acts import act, received
from tests.parts.server import PASSWORD

ROUNDS = 40
Scene = Callable[[World, str], Awaitable[None]]


class NotReached(AssertionError):
    """The process did not die where it was to."""


async def died(victim: Child, order: str) -> None:
    """Wait for the end of a process at its crash point. Raises NotReached."""
    try:
        code = await victim.ended()
    except TimeoutError:
        raise NotReached(f"{order} was not reached") from None
    if code != EXIT_CODE:
        raise NotReached(f"{order}: the process ended with {code}")


def victim_of(world: World, order: str) -> Child:
    """The process that an order is for."""
    match order.partition(".")[0]:
        case "server":
            found = world.shop.child
        case "engine":
            found = world.ana.engines.now
        case _:
            found = world.ana.child
    assert found is not None, "everybody is there"
    return found


async def busy(world: World, order: str) -> None:
    """Everybody works until somebody dies."""
    victim = victim_of(world, order)
    await victim.ask(arm=order)
    for n in range(ROUNDS):
        if not victim.alive:
            break
        await world.ana_acts()
        if n % 3 == 1:
            await world.others_act()
    await died(victim, order)


async def typing(world: World, order: str) -> None:
    """Ana types, and thinks better of it."""
    await world.ana.child.ask(arm=order)
    for n in range(ROUNDS):
        if not world.ana.child.alive:
            break
        await world.ana_types(world.tickets[0], f"a thought {n}" if n % 2 else "")
    await died(world.ana.child, order)


async def refused(world: World, order: str) -> None:
    """Ana is refused something; she tries again, or lets it be."""
    ticket = world.ticket_of(world.tickets[0].conversation_id)
    has_it = ticket.assignee_id == world.ben_user.id  # since an earlier try that went through
    wished = world.ana_user if has_it else world.ben_user
    args = {"assignee_id": str(wished.id), "seen": str(new_id())}
    deed = await world.ana_does("Assign", ticket, args)
    assert deed.cmd_id is not None
    stand = await world.ana.child.ask(stand=None)
    async with asyncio.timeout(PATIENCE_S):
        while [str(deed.cmd_id), "rejected", "taken_by"] not in stand["entries"]:
            stand = await world.ana.child.ask(next=None)
    await world.ana.child.ask(arm=order)
    deed.discarded = True
    verb = "retry" if "retry" in order else "discard"
    with suppress(Died):
        await world.ana.child.ask(**{verb: str(deed.cmd_id)})
    await died(world.ana.child, order)


async def start(world: World, order: str) -> None:
    """The server is killed, and dies once more while it starts."""
    assert world.shop.child is not None
    await world.shop.child.kill()
    await died(await world.shop.start(order), order)


async def stop(world: World, order: str) -> None:
    """The server is stopped, and dies over it."""
    victim = victim_of(world, order)
    await victim.ask(arm=order)
    os.kill(victim.pid, signal.SIGTERM)
    await died(victim, order)


async def found(world: World, order: str) -> None:
    """A server dies while it makes its database, and is there the next time."""
    name = f"new-{new_id().hex}"
    shop = Shop(world.folder / name, f"sqlite:///{world.folder / name}.db", world.shop.nursery)
    await died(await shop.start(order), order)
    child = await shop.start()
    assert child.alive, "the second start goes through"
    answer = web.post(f"{shop.url}/auth/sign-in", json={"email": "a@b", "password": "c"})
    assert answer.json()["code"] == "wrong_password"
    await shop.close()


async def reconnect(world: World, order: str) -> None:
    """Ana's engine is killed; the next one, or the server it calls, dies as well."""
    before = world.ana.engines.now
    assert before is not None
    if order.startswith("engine."):
        world.ana.engines.order = order
        await before.kill()
        await died(await world.ana.engines.another(before), order)
    else:
        victim = victim_of(world, order)
        await victim.ask(arm=order)
        await before.kill()
        await died(victim, order)


async def fetch(world: World, order: str) -> None:
    """Ana's cache is lost; her engine, or the server, dies while it is fetched again."""
    await world.ana.quit()
    sqlite.remove(world.ana.folder / CACHE_FILE)
    await _fetch_again(world, order)


async def mend(world: World, order: str) -> None:
    """Ana's cache is of another history: a row lacks, one is wrong, one nobody else has."""
    await world.ana.quit()
    with tampered(world.ana) as connection:
        (text,) = connection.execute("SELECT v FROM cache_state WHERE k = 'standing'").fetchone()
        standing = msgspec.json.decode(text)
        standing["epoch"][1] ^= 1
        row = (msgspec.json.encode(standing).decode(),)
        connection.execute("UPDATE cache_state SET v = ? WHERE k = 'standing'", row)
        connection.execute("DELETE FROM messages WHERE id = (SELECT max(id) FROM messages)")
        connection.execute("UPDATE tickets SET rev = rev + 1")
        connection.execute("CREATE TEMP TABLE more AS SELECT * FROM messages LIMIT 1")
        connection.execute("UPDATE more SET id = randomblob(16)")
        connection.execute("INSERT INTO messages SELECT * FROM more")
    await _fetch_again(world, order)


async def supply(world: World, order: str) -> None:
    """A ticket that Ana opens is not in her cache; her engine dies while it is fetched."""
    ticket = world.tickets[0].id
    await world.ana.quit()
    with tampered(world.ana) as connection:
        connection.execute("DELETE FROM tickets WHERE id = ?", (ticket.bytes,))
    await world.ana.start()
    engine = victim_of(world, order)
    await engine.ask(arm=order)
    await world.ana.child.ask(open=["ticket", str(ticket)])
    await died(engine, order)


@contextmanager
def tampered(console: Console) -> Iterator[sqlite.Connection]:
    """The cache of a console that does not run, to be written by hand."""
    connection = sqlite.connect(console.folder / CACHE_FILE, key=KEY)
    try:
        yield connection
    finally:
        connection.close()


async def _fetch_again(world: World, order: str) -> None:
    before = world.ana.engines.now
    if order.startswith("engine."):
        world.ana.engines.order = order
        await world.ana.start()
        await died(await world.ana.engines.another(before), order)
    else:
        victim = victim_of(world, order)
        await victim.ask(arm=order)
        await world.ana.start()
        await died(victim, order)


async def first_start(world: World, order: str) -> None:
    """A console dies at its very first start; its device keeps the name it had."""
    console = Console(world.folder / f"new-{new_id().hex}", world.ana_user, world.shop)
    console.folder.mkdir()
    await console.engines.open()
    await died(await console.start(order, begin=False), order)
    await console.start(begin=False)
    assert console.child.alive
    await console.quit()
    await console.start(begin=False)
    await console.close()


async def sign_in(world: World, order: str) -> None:
    """Ana signs in, and again when nobody answered."""
    victim = victim_of(world, order)
    await victim.ask(arm=order)
    who = [world.shop.url, world.ana_user.email, PASSWORD]
    token = await world.ana.child.ask(sign_in=who)
    await died(victim, order)
    await world.revive()
    world.ana.token = token or await world.ana.child.ask(sign_in=who)
    assert world.ana.token
    await world.ana.begin()


async def sign_out(world: World, order: str) -> None:
    """Ana signs out, and in again."""
    victim = victim_of(world, order)
    before = world.ana.engines.now
    await victim.ask(arm=order)
    await world.ana.child.ask(sign_out=None)
    await died(victim, order)
    if order.startswith("engine."):
        await world.ana.engines.another(before)
    await world.revive()
    world.ana.token = ""
    await world.ana.begin()


async def granted(world: World, order: str) -> None:
    """A team is made, so a supervisor sees one queue more; their engine, or the server, dies."""
    cara = next((c for c in world.consoles if c.user is world.cara_user), None)
    if cara is None:
        cara = await world.console("cara", world.cara_user)
        await world.quiet()
    victim = cara.engines.now if order.startswith("engine.") else world.shop.child
    assert victim is not None
    await victim.ask(arm=order)
    name = f"team-{new_id().hex}"
    asked = {
        "email": f"{name}@desk.test", "name": name, "role": "agent", "password": PASSWORD,
        "teams": [name],
    }  # fmt: skip
    with suppress(httpx.TransportError):  # the server may die before it can answer
        await world.operate("/admin/users", asked)
    await died(victim, order)


async def restored(world: World, order: str) -> None:
    """The server comes back from an hour ago; what Ana did since is sent again."""
    await world.quiet()
    shop = world.shop
    assert shop.child is not None
    await shop.child.kill(signal.SIGTERM)
    older = world.folder / "backup.db"
    shop.copy_to(older)
    await shop.start()
    for _ in range(3):
        await world.ana_notes()
    await world.quiet()
    assert shop.child is not None
    await shop.later_than_its_epoch()
    await shop.child.kill()
    victim = victim_of(world, order)
    await victim.ask(arm=order)
    shop.put_back(older)
    await shop.start()
    await world.hurry()
    await died(victim, order)


async def revoked(world: World, order: str) -> None:
    """Ana has a draft on a ticket that goes where she cannot see it; her console dies over it."""
    case, away = received(email="away@mail.test"), f"away-{new_id().hex}"
    await world.operate("/admin/users", {
        "email": f"{away}@desk.test", "name": away, "role": "agent", "password": PASSWORD,
        "teams": [away],
    })  # fmt: skip
    await world.operate("/sync/v1/commands", {"commands": [case]})
    ticket = world.ticket_of(case.target)
    await world.ana_types(ticket, "what I meant to say")
    await world.quiet()
    await world.ana.child.ask(arm=order)
    move = act(ticket.id, MoveToTeam(team_id=world.team_named(away)))
    await world.operate("/sync/v1/commands", {"commands": [move]})
    await died(world.ana.child, order)


async def again(world: World, order: str) -> None:
    """An answer is lost with Ana's engine; the command comes again, and the server dies over it."""
    await world.ana_notes()  # the next number is the right one: nothing is answered `expected`
    await world.quiet()
    engine, victim = world.ana.engines.now, victim_of(world, order)
    assert engine is not None
    await engine.ask(arm="engine.said")
    await victim.ask(arm=order)
    await world.ana_notes()
    await died(engine, "engine.said")
    await died(victim, order)


OTHER: dict[Scene, tuple[str, ...]] = {
    typing: ("console.draft", "console.draft.done", "console.draft.dropped"),
    refused: ("console.discard.done", "console.retry.queued"),
    first_start: ("console.work.opened", "console.device.named"),
    reconnect: (
        "engine.begin", "engine.opened", "engine.hello", "engine.greet", "engine.greeted",
        "server.welcome", "server.welcomed",
    ),
    fetch: (
        "engine.fetch", "engine.fetch.begun", "engine.page", "engine.fetched",
        "engine.fetch.done", "server.bootstrap", "server.page", "server.page.last",
    ),
    mend: ("engine.compare", "engine.mend", "engine.mended"),
    supply: ("engine.supply", "engine.supplied"),
    restored: ("engine.lost", "console.revive", "console.revived"),
    revoked: ("console.revoke", "console.revoked"),
    sign_in: ("engine.sign_in", "engine.signed_in", "server.sign_in", "server.signed_in"),
    sign_out: ("engine.sign_out", "server.signed_out"),
    granted: ("engine.rescope", "engine.rescoped", "server.scope"),
    found: ("server.migrate", "server.migrated", "server.migrate.done"),
    start: (
        "server.epoch", "server.epoch.begun", "server.epoch.done", "server.announce",
        "server.announced",
    ),
    stop: ("server.withdraw", "server.withdrawn"),
    again: ("server.again",),
}  # fmt: skip
"""How to come by a point, where working as usual does not do."""

SCENES: dict[str, Scene] = dict.fromkeys(POINTS, busy) | {
    point: scene for scene, points in OTHER.items() for point in points
}
