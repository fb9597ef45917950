"""Pages that are made, and whose code is loaded, when they are first shown: no start waits for them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.desktop.settings_page import SettingsPage
    from console.desktop.workspace import Workspace
    from console.kernel.clock import Clock
    from console.macros.widgets.page import MacrosPage
    from console.masking.widgets.page import MaskingPage
    from console.search.widgets.page import SearchPage
    from console.sync.client.local import Local
    from console.ui.theme import Theme


def make_settings(workspace: "Workspace", theme: "Theme") -> "SettingsPage":
    """All that can be set."""
    from console.desktop.settings_page import SettingsPage

    return SettingsPage(workspace, theme)


def make_macros(workspace: "Workspace", local: "Local", theme: "Theme") -> "MacrosPage":
    """The macros to be edited."""
    from console.macros.viewmodel.editing import Editing
    from console.macros.widgets.page import MacrosPage

    editing = Editing(local, workspace.directory, workspace.writing.shelf)
    page = MacrosPage(editing, workspace.slots, theme)
    page.left.connect(workspace.back)
    page.done.connect(workspace.say_done)
    page.name_keys(workspace.keymap.beside)
    return page


def make_masking(workspace: "Workspace", local: "Local", theme: "Theme") -> "MaskingPage":
    """The policy of what is masked."""
    from console.masking.viewmodel.editing import Editing
    from console.masking.widgets.page import MaskingPage

    page = MaskingPage(Editing(local, workspace.directory), workspace.slots, theme)
    page.left.connect(workspace.back)
    page.done.connect(workspace.toast.say)
    return page


def make_search(workspace: "Workspace", theme: "Theme", clock: "Clock") -> "SearchPage":
    """The search with what it finds."""
    from console.search.widgets.page import SearchPage

    page = SearchPage(workspace.search, workspace.slots, theme, clock)
    page.target_wanted.connect(workspace.show_found)
    return page
