"""What is asked once before a message goes: a lane that did not write last, gaps, what is masked unseen."""

from console.conversations.model import gaps
from console.conversations.viewmodel.message import UNFILLED, UNUSUAL, ComposerState
from console.conversations.viewmodel.watch import ContactWatch
from console.kernel.tongue import tr


class Asked:
    """Remembers what was asked, so that sending again is the answer."""

    def __init__(self, watch: ContactWatch) -> None:
        self._watch = watch
        self._for = ""
        self._gaps = ""

    def forget(self) -> None:
        """Another draft is written."""
        self._for = self._gaps = ""

    def readdress(self) -> None:
        """It goes to somebody else: that is asked anew."""
        self._for = ""

    def question(self, state: ComposerState, body: str) -> str:
        """What is asked now, empty for nothing; asked again when anything of it changed."""
        found = gaps(body)
        if found and self._gaps != body:
            self._gaps = body
            start, end = found[0]
            return tr(UNFILLED).format(gap=body[start:end])
        if state.unusual and self._for != state.to.key:
            self._for = state.to.key
            return tr(UNUSUAL).format(name=state.to.name)
        return self._watch.question()
