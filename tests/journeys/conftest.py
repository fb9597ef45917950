"""What journeys through the real window have: a computer without a keyring."""

from tests.desktop.conftest import no_keyring

__all__ = ["no_keyring"]
