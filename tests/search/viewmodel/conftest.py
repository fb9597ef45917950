"""A search over a desk, and a case to be found."""

import pytest

from console.search.viewmodel import search as module
from tests.parts.acts import Case, note, reply
from tests.parts.console import Console
from tests.search.viewmodel.sought import Sought


@pytest.fixture
async def sought(console: Console, monkeypatch: pytest.MonkeyPatch) -> Sought:
    monkeypatch.setattr(module, "SERVER_AFTER_S", 0)
    return Sought(console)


@pytest.fixture
async def case(console: Console) -> Case:
    made = console.case(
        "Kettle lost", body="My kettle never arrived", name="Lena Braun", order_number="303-91"
    )
    console.office.run(
        console.actor(), reply(made.conversation_id, "The KETTLE is on its way", anyway=True)
    )
    console.office.run(console.actor(), note(made.conversation_id, "Depot lost the kettle"))
    console.pull()
    return made
