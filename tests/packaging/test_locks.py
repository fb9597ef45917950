"""The locks hold every dependency with hashes, agree with each other, and name no place."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("server", "desktop", "dev")
PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)(\[[^\]]+\])?==(\S+)( ; [^\\]+?)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def direct(lock: str) -> list[Requirement]:
    """What the project itself asks for in this lock."""
    told = project()
    extras = told["project"]["optional-dependencies"]
    asked = [*told["project"]["dependencies"], *told["build-system"]["requires"]]
    if lock == "dev":
        asked += [*extras["server"], *extras["desktop"], *told["dependency-groups"]["dev"]]
    else:
        asked += extras[lock]
    return [Requirement(text) for text in asked]


def text_of(lock: str) -> str:
    return (ROOT / "packaging" / "locks" / f"{lock}.txt").read_text()


def pins(lock: str) -> dict[str, set[str]]:
    """Versions by package; a package may have several, for different Pythons or systems."""
    found: dict[str, set[str]] = {}
    for line in text_of(lock).splitlines():
        if match := PINNED.match(line):
            found.setdefault(canonicalize_name(match[1]), set()).add(match[3])
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_direct_dependency_is_there_in_a_version_asked_for(lock: str) -> None:
    found = pins(lock)
    for asked in direct(lock):
        versions = found.get(canonicalize_name(asked.name))
        assert versions, f"{asked.name} is not in {lock}.txt: run packaging/lock.py"
        assert all(asked.specifier.contains(v) for v in versions), f"{asked}, not {versions}"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_with_hashes(lock: str) -> None:
    header, *lines = text_of(lock).splitlines()
    assert header.startswith("# Made by packaging/lock.py")
    hashes = 1
    for line in lines:
        if HASH.match(line):
            hashes += 1
            continue
        assert PINNED.match(line), line
        assert hashes, f"nothing before {line} may be without a hash"
        hashes = 0
    assert hashes


@pytest.mark.parametrize("lock", LOCKS)
def test_no_registry_and_no_path_of_a_machine_is_named(lock: str) -> None:
    text = text_of(lock)
    for word in ("://", "--index", "--find-links", "/home", "/root", "/tmp", "/opt", "file:"):
        assert word not in text


@pytest.mark.parametrize("lock", ["server", "desktop"])
def test_everything_is_in_the_development_lock_in_the_same_version(lock: str) -> None:
    everything = pins("dev")
    for name, versions in pins(lock).items():
        assert versions <= everything[name], name


def test_a_server_needs_no_qt() -> None:
    assert not {"pyside6-essentials", "shiboken6", "qasync", "keyring"} & pins("server").keys()


def test_no_file_of_ours_names_a_registry() -> None:
    hosts = re.compile(r"pypi\.org|pythonhosted|deb\.debian|registry\.npm", re.IGNORECASE)
    files = [*(ROOT / "packaging").glob("*.py"), ROOT / ".ci" / "run", ROOT / "pyproject.toml"]
    for path in files:
        assert not hosts.search(path.read_text()), path
