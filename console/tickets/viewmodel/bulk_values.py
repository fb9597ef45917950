"""Giving many tickets the same value of a custom field."""

from dataclasses import dataclass

from console.fields.model import CustomField, Value
from console.fields.viewmodel.shelf import told
from console.kernel.codec import Strict
from console.kernel.errors import Refused
from console.kernel.tongue import tr, trn
from console.tickets.model import Ticket
from console.tickets.records import SetField
from console.ui import words


@dataclass(frozen=True)
class GiveValue:
    """Give a custom field a value, or with None none."""

    field: CustomField
    value: Value | None

    @property
    def about(self) -> str:
        return tr("Set “{field}”").format(field=self.field.content.name)

    def command(self, ticket: Ticket) -> Strict | None:
        teams = self.field.content.teams
        if teams and ticket.team_id not in teams:
            raise Refused("no_field", tr("their team does not have the field"))
        return self._wish(ticket.fields.get(self.field.id), self.value)

    def back(self, before: Ticket, now: Ticket) -> Strict | None:
        if now.fields.get(self.field.id) != self.value:
            return None
        return self._wish(self.value, before.fields.get(self.field.id))

    def _wish(self, seen: Value | None, value: Value | None) -> Strict | None:
        if seen == value:
            return None
        return SetField(field_id=self.field.id, value=value, seen=seen)

    @property
    def _shown(self) -> str:
        return told(self.field.content, self.value) or tr("no value")

    def will(self, number: int) -> str:
        said = trn(
            "{count} ticket will get “{value}” as {field}.",
            "{count} tickets will get “{value}” as {field}.",
            number,
        )
        name = self.field.content.name
        return said.format(count=words.count(number), value=self._shown, field=name)

    def did(self, number: int) -> str:
        said = trn(
            "{count} ticket: {field} is “{value}”", "{count} tickets: {field} is “{value}”", number
        )
        name = self.field.content.name
        return said.format(count=words.count(number), value=self._shown, field=name)
