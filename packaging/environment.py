"""The environment in `.venv` that the two commands share: made once from the locks, then left alone.

Standard library only: it runs on a machine that has python3 and pip and nothing else, not even
python3-venv. Debian's packages that Qt and the tests need are installed when root runs it.
"""

import ctypes
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, NoReturn

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ROOT / "packaging" / "locks"
VENV = ROOT / ".venv"
STAMP = VENV / "parley-stamp.json"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
DICTIONARY_FOLDERS = ("/usr/share/hunspell", "/usr/share/myspell/dicts")
SYSTEM_PROGRAMS = "/usr/sbin"
"""Debian puts servers here, where only root's path looks."""
APT_LISTS = Path("/var/lib/apt/lists")
COVERS = {"dev": ("dev", "server", "desktop"), "server": ("server",), "desktop": ("desktop",)}
"""A lock, and those whose packages are all in it."""


@dataclass(frozen=True)
class Part:
    """Something of the system's, Debian's package for it, and how to tell that it is there.

    `probe` is a library's file name, a program's name, the beginning of a font file's name or a
    dictionary's language.
    """

    package: str
    kind: Literal["library", "program", "font", "dictionary"]
    probe: str


def _libraries(**packages: str) -> tuple[Part, ...]:
    return tuple(Part(package, "library", probe) for probe, package in packages.items())


OFF_SCREEN = _libraries(
    **{
        "libEGL.so.1": "libegl1",
        "libGL.so.1": "libgl1",
        "libdbus-1.so.3": "libdbus-1-3",
        "libfontconfig.so.1": "libfontconfig1",
        "libglib-2.0.so.0": "libglib2.0-0",
        "libxkbcommon.so.0": "libxkbcommon0",
    }
)
"""Without these Qt does not start at all."""
ON_SCREEN = _libraries(
    **{
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    }
)
FONTS = (
    Part("fonts-noto-core", "font", "NotoSansThai-"),
    Part("fonts-noto-color-emoji", "font", "NotoColorEmoji"),
    Part("fonts-noto-cjk", "font", "NotoSansCJK-"),
)
SPELLING = (
    Part("libenchant-2-2", "library", "libenchant-2.so.2"),
    Part("hunspell-en-us", "dictionary", "en_US"),
    Part("hunspell-de-de", "dictionary", "de_DE"),
    Part("hunspell-ar", "dictionary", "ar"),
)
"""Some two megabytes: the dictionaries of the languages that Parley speaks itself."""
TESTING = (
    Part("gnome-keyring", "program", "gnome-keyring-daemon"),
    Part("dbus-daemon", "program", "dbus-run-session"),
    Part("libsecret-tools", "program", "secret-tool"),
    Part("xvfb", "program", "Xvfb"),
    Part("xauth", "program", "xauth"),
    Part("nats-server", "program", "nats-server"),
    Part("clamav-daemon", "program", "clamd"),
)


def stop(sentence: str) -> NoReturn:
    """End with one sentence on stderr."""
    sys.exit(f"parley: {sentence}")


def has_screen() -> bool:
    """Whether a window can be opened here."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# -- the system's parts


def is_there(part: Part) -> bool:
    """Whether the part can be used now."""
    if part.kind == "program":
        return any(shutil.which(part.probe, path=path) for path in (None, SYSTEM_PROGRAMS))
    if part.kind == "dictionary":
        return any(Path(folder, f"{part.probe}.dic").exists() for folder in DICTIONARY_FOLDERS)
    if part.kind == "font":
        folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
        return any(next(folder.rglob(f"{part.probe}*"), None) for folder in folders)
    try:
        ctypes.CDLL(part.probe)
    except OSError:
        return False
    return True


def ensure_system(needed: tuple[Part, ...], wanted: tuple[Part, ...]) -> None:
    """Install the parts that are missing when root, else say the line that does.

    Stops when something of `needed` is missing at the end; without `wanted` we go on.
    """
    if sys.platform != "linux":
        return
    if not shutil.which("apt-get"):
        gone = [part.probe for part in needed if not is_there(part)]
        if gone:
            stop(f"Qt needs these, from this system's own package manager: {', '.join(gone)}")
        return
    missing = [part for part in (*needed, *wanted) if not is_there(part)]
    if missing and os.geteuid() == 0:
        say(f"Installing with apt-get: {' '.join(part.package for part in missing)}.")
        if not apt_install([part.package for part in missing]):
            say("apt-get could not install all of them.")
        missing = [part for part in missing if not is_there(part)]
    if not missing:
        return
    line = install_line([part.package for part in missing])
    if any(part in needed for part in missing):
        stop(f"Qt cannot start without some of these; run this, then try again: {line}")
    say(f"Some things are missing that are not strictly needed; this brings them: {line}")


def install_line(packages: list[str]) -> str:
    """What somebody types to install Debian's packages."""
    return "sudo apt-get install " + " ".join(packages)


def apt_install(packages: list[str]) -> bool:
    """Install Debian's packages without asking; lists that are missing or old are fetched first."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", "-qq", *packages]
    if not any(APT_LISTS.glob("*Packages*")):
        _apt(["apt-get", "update", "-qq"])
    if _apt(command):
        return True
    return _apt(["apt-get", "update", "-qq"]) and _apt(command)


def _apt(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    output = subprocess.DEVNULL if "CI" in os.environ else None
    return subprocess.run(command, env=environment, stdout=output, check=False).returncode == 0


# -- the virtual environment


def venv_python() -> Path:
    """The environment's interpreter."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def base_python() -> str:
    """The interpreter to make the environment with: never that of the environment itself."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return str(getattr(sys, "_base_executable", sys.executable))
    return sys.executable


def fingerprint(names: tuple[str, ...]) -> dict[str, Any]:
    """What an environment made now would be made of."""
    covered = sorted({lock for name in names for lock in COVERS[name]})
    return {
        "python": platform.python_version(),
        "root": str(ROOT),
        "locks": {name: _digest(LOCKS / f"{name}.txt") for name in covered},
        "project": _digest(ROOT / "pyproject.toml"),
    }


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_ready(wanted: dict[str, Any], found: dict[str, Any] | None) -> bool:
    """Whether an environment made of `found` serves whoever wants `wanted`."""
    if found is None or any(found.get(key) != wanted[key] for key in ("python", "root", "project")):
        return False
    locks: dict[str, str] = found.get("locks", {})
    return all(locks.get(name) == digest for name, digest in wanted["locks"].items())


def stamped() -> dict[str, Any] | None:
    """What the environment says it was made of, nothing when unfinished; None when there is none."""
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and venv_python().exists() else None


def ensure_environment(*names: str) -> None:
    """Make `.venv` from these locks, with the project in it, unless it is there already."""
    wanted, found = fingerprint(names), stamped()
    if is_ready(wanted, found):
        return
    if found is None or any(found.get(key) != wanted[key] for key in ("python", "root")):
        say("Making the environment in .venv; this takes a minute or two.")
        _make_venv()
    else:
        say("Bringing the environment in .venv up to date.")
    requirements = [word for name in names for word in ("-r", str(LOCKS / f"{name}.txt"))]
    _pip("install", "--quiet", "--require-hashes", "--no-deps", *requirements)
    # The project itself needs no registry: what builds it came with the locks.
    _pip("install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(json.dumps(wanted, indent=1))


def _make_venv() -> None:
    """An empty environment. One that somebody else made is left alone: we stop."""
    if VENV.exists() and not STAMP.exists():
        stop(f"{VENV} was made by something else: move it away, then try again.")
    if not _has_pip():
        _bring_pip()
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(exist_ok=True)
    STAMP.write_text("{}")  # so that an environment left unfinished is known as ours
    command = [base_python(), "-m", "venv", "--without-pip", str(VENV)]
    if subprocess.run(command, check=False).returncode != 0:
        stop(f"The environment cannot be made in {VENV}: see above.")


def _has_pip() -> bool:
    if base_python() == sys.executable:
        return find_spec("pip") is not None
    return subprocess.run([base_python(), "-c", "import pip"], check=False).returncode == 0


def _bring_pip() -> None:
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        apt_install(["python3-pip"])
    if not _has_pip():
        stop(f"{base_python()} has no pip; on Debian: {install_line(['python3-pip'])}")


def _pip(*words: str) -> None:
    command = [base_python(), "-m", "pip", "--python", str(venv_python())]
    command += ["--disable-pip-version-check", "--no-input", *words]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        stop("The packages could not be installed: see what pip says above.")


def say(sentence: str) -> None:
    """Tell what is going on."""
    print(sentence, flush=True)
