"""What else the agent does in the scripted shift: a macro, the search, several at once, a snooze, the table."""

from console.demo.agent import Agent
from console.demo.hands import ensure
from console.kernel.codec import NIL
from console.tickets.model import ViewName

TAG = "seen-in-the-shift"
SEVERAL = 3
"""So few that nothing is asked before."""


async def macro(agent: Agent) -> str:
    """Take a macro for the answer, look at it, take it back."""
    hands, composer = agent.hands, agent.workspace.opened.composer
    await hands.press("Esc", "Ctrl+.")
    hands.look("macros")
    await hands.press("Return")
    await hands.until(lambda: composer.state.text, "The macro's text")
    words = len(composer.state.text.split())
    hands.look("macro")
    await hands.press("Ctrl+Z")
    await hands.until(lambda: not composer.state.text, "The macro, taken back,")
    await hands.press("Esc")
    return f"A macro wrote {words} words with the customer's name in them, and was taken back."


async def search(agent: Agent) -> str:
    """Find a word of the ticket in every message, and go to where it stands."""
    hands, space = agent.hands, agent.workspace
    word = max(agent.ticket.subject.split(), key=len).strip(".,:;!?")
    await hands.press("Esc", "/")
    await hands.type(word)
    await hands.until(lambda: not space.search.busy and space.search.rows, "What was found")
    hands.look("search")
    count = space.search.count
    await hands.press("Return")
    ensure(space.opened.state, "What was found did not open.")
    hands.look("found")
    await agent.command(f"#{agent.ticket.number}")
    await hands.until(lambda: space.opened.ticket_id == agent.ticket_id, "The ticket")
    return f"“{word}” stands in {count} places; Return led to one of them."


async def several(agent: Agent) -> str:
    """Tag several at once, and take it back as one."""
    hands, space = agent.hands, agent.workspace
    agent.choose_view()
    await hands.press("Esc", "Home", "X", *["Shift+J"] * (SEVERAL - 1))
    count = len(space.many.selection)
    ensure(count == min(SEVERAL, len(space.queue)), f"{count} tickets are selected.")
    chosen = await space.many.selection.ids(count)

    def tagged() -> int:
        known = [space.triage.ticket(ticket_id) for ticket_id in chosen]
        return sum(TAG in ticket.tags for ticket in known if ticket)

    await hands.press("T")
    await hands.type(TAG)
    hands.look("several")
    await hands.press("Return")
    await hands.until(lambda: tagged() == count, "The tag")
    hands.look("tagged")
    await hands.press("Ctrl+Z")
    await hands.until(lambda: tagged() == 0, "The tag, taken back,")
    await hands.press("Esc")
    return f"{count} tickets were tagged at once; Ctrl+Z took it from all of them."


async def snooze(agent: Agent) -> str:
    """Put a ticket off until tomorrow, and have it back."""
    hands, space = agent.hands, agent.workspace
    ticket_id = space.opened.ticket_id
    ensure(ticket_id != NIL, "No ticket is open.")

    def sleeps() -> bool:
        ticket = space.triage.ticket(ticket_id)
        return ticket is not None and ticket.snoozed_until is not None

    await hands.press("Z")
    hands.look("snooze")
    await hands.type("tomorrow")
    await hands.press("Return")
    await hands.until(sleeps, "The snooze")
    hands.look("snoozed")
    await hands.press("Ctrl+Z")
    await hands.until(lambda: not sleeps(), "The ticket, awake again,")
    await hands.until(agent.settled, "The server's answer")
    return "A ticket slept until tomorrow, and was woken with Ctrl+Z."


async def table(agent: Agent) -> str:
    """The same tickets as a table, and as a list again."""
    hands, space = agent.hands, agent.workspace
    await agent.command("All active")
    ensure(space.queue.view.name == ViewName.ACTIVE, "The view is not All active.")
    await hands.press("Ctrl+T")
    ensure(space.looks.tabled.on, "Ctrl+T shows no table.")
    hands.look("table")
    await hands.press("Ctrl+T")
    await agent.command(f"#{agent.ticket.number}")
    await hands.until(lambda: space.opened.ticket_id == agent.ticket_id, "The ticket")
    return f"{len(space.queue)} tickets stood in a table."
