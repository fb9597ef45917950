"""Who may write which macro, who sees it, and what happens when two write one."""

from uuid import UUID

from console.kernel.codec import Strict
from console.kernel.ids import new_id
from console.macros.model import Content, Macro
from console.macros.records import MACRO, ChangeMacro, CreateMacro, DeleteMacro
from console.people.model import Actor
from console.sync.records import Accepted, Outcome, Rejected
from tests.parts.acts import act, team_named
from tests.parts.office import Office


def made(office: Office, actor: Actor, **content: object) -> tuple[UUID, Outcome]:
    """A macro somebody tries to make."""
    target = new_id()
    told = Content(**{"name": "Late", "text": "Sorry", **content})
    return target, office.run(actor, act(target, CreateMacro(content=told)))


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__


def test_ones_own_macro_is_seen_by_nobody_else(office: Office) -> None:
    ana, ben = office.user("Ana", teams=("Europe",)), office.user("Ben", teams=("Europe",))
    target, outcome = made(office, office.actor(ana))
    assert isinstance(outcome, Accepted)
    stored = office.get(MACRO, target)
    assert stored is not None
    assert stored.scopes == {ana.scope}
    change = ChangeMacro(content=Content(name="Mine", text="x"))
    assert code(office.run(office.actor(ben), act(target, change))) == "denied"


def test_a_teams_macro_is_its_colleagues_and_no_integrations(office: Office) -> None:
    ana, ben = office.user("Ana", teams=("Europe",)), office.user("Ben", teams=("Europe",))
    out, shop = office.user("Zoe", teams=("Asia",)), office.user("Shop", "integration")
    team = team_named(office, "Europe")
    target, outcome = made(office, office.actor(ana), sharing="team", team_id=team.id)
    assert isinstance(outcome, Accepted)
    stored = office.get(MACRO, target)
    assert stored is not None
    sees = [not office.actor(u).scopes.isdisjoint(stored.scopes) for u in (ana, ben, out, shop)]
    assert sees == [True, True, False, False]
    change = ChangeMacro(content=Content(name="Ours", text="x", sharing="team", team_id=team.id))
    told = act(target, change, base_rev=stored.rev)
    assert isinstance(office.run(office.actor(ben), told), Accepted)
    assert code(made(office, office.actor(out), sharing="team", team_id=team.id)[1]) == "denied"
    assert code(made(office, office.actor(ana), sharing="team", team_id=new_id())[1]) == "no_team"


def test_only_some_write_for_everybody(office: Office) -> None:
    agent, boss = office.user("Ana"), office.user("Cara", "supervisor")
    assert code(made(office, office.actor(agent), sharing="everybody")[1]) == "denied"
    target, outcome = made(office, office.actor(boss), sharing="everybody")
    assert isinstance(outcome, Accepted)
    wishes: tuple[Strict, ...] = (
        ChangeMacro(content=Content(name="Taken", text="x")),
        DeleteMacro(),
    )
    for wish in wishes:
        assert code(office.run(office.actor(agent), act(target, wish))) == "denied"


def test_nobody_writes_over_a_colleagues_newer_words(office: Office) -> None:
    ana, ben = office.user("Ana", teams=("Europe",)), office.user("Ben", teams=("Europe",))
    team = team_named(office, "Europe")
    target, _ = made(office, office.actor(ana), sharing="team", team_id=team.id)

    def change(name: str) -> ChangeMacro:
        content = Content(name=name, text="x", sharing="team", team_id=team.id)
        return ChangeMacro(content=content)

    seen = office.get(MACRO, target)
    assert seen is not None
    told = act(target, change("Ben's"), base_rev=seen.rev)
    assert isinstance(office.run(office.actor(ben), told), Accepted)
    late = office.run(office.actor(ana), act(target, change("Ana's"), base_rev=seen.rev))
    assert code(late) == "macro_changed"
    late = office.run(office.actor(ana), act(target, DeleteMacro(), base_rev=seen.rev))
    assert code(late) == "macro_changed"
    mine = act(target, change("Ben again"), base_rev=seen.rev)
    assert isinstance(office.run(office.actor(ben), mine), Accepted), "one's own is no conflict"
    macro = office.record(MACRO, target)
    assert isinstance(macro, Macro)
    assert macro.content.name == "Ben again"


def test_a_deleted_macro_is_gone_and_an_id_is_used_once(office: Office) -> None:
    ana = office.actor(office.user("Ana"))
    target, _ = made(office, ana)
    again = CreateMacro(content=Content(name="Other", text="x"))
    assert code(office.run(ana, act(target, again))) == "already_there"
    stored = office.get(MACRO, target)
    assert stored is not None
    gone = office.run(ana, act(target, DeleteMacro(), base_rev=stored.rev))
    assert isinstance(gone, Accepted)
    assert office.get(MACRO, target) is None


def test_what_cannot_be_kept_is_refused_here_too(office: Office) -> None:
    ana = office.actor(office.user("Ana"))
    assert code(made(office, ana, name="")[1]) == "bad_macro_name"
    assert code(made(office, ana, text="Dear {customer.nose}")[1]) == "bad_placeholder"
