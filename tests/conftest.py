"""What every test has: asyncio as the loop of async tests."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio alone."""
    return "asyncio"
