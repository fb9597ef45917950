"""Write packaging/locks anew from pyproject.toml: `python packaging/lock.py [--upgrade]`.

Each lock is a requirements file with hashes for Python 3.11 to 3.14 on every system. `dev` holds
everything; `server` and `desktop` take their versions from it, so one environment can be made of
any of them. What builds the project itself is in all three.
"""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ROOT / "packaging" / "locks"
OLDEST_PYTHON = "3.11"
HEADER = "# Made by packaging/lock.py from pyproject.toml. Do not edit.\n"
# An editable install needs it beside hatchling, and says so only when it is being built.
EDITABLE = "editables>=0.5"


def main(options: list[str]) -> None:
    """Compile the three locks; `options` go to uv (`--upgrade`, `--upgrade-package NAME`)."""
    LOCKS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder) / "build.in"
        build.write_text("\n".join([*build_requirements(), EDITABLE]) + "\n")
        everything = ["--extra", "server", "--extra", "desktop", "--group", "pyproject.toml:dev"]
        compile_lock("dev", build, [*everything, *options])
        for extra in ("server", "desktop"):
            lock = str(LOCKS / "dev.txt")
            compile_lock(extra, build, ["--extra", extra, "--constraints", lock, "--upgrade"])


def build_requirements() -> list[str]:
    """What `[build-system]` of pyproject.toml asks for."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[str] = tomllib.load(file)["build-system"]["requires"]
    return found


def compile_lock(name: str, build: Path, options: list[str]) -> None:
    """Resolve one lock, keeping the versions it has unless told otherwise."""
    path = LOCKS / f"{name}.txt"
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        str(build),
        "--output-file",
        str(path),
    ]
    command += ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-annotate", "--no-header", "--quiet", *options]
    subprocess.run(command, cwd=ROOT, check=True)
    path.write_text(HEADER + requirements_only(path.read_text()))
    print(f"{path.relative_to(ROOT)}: {path.read_text().count('==')} packages")


def requirements_only(text: str) -> str:
    """A lock without comments and options: those may name a registry or a path of this machine."""
    kept = []
    for line in text.splitlines():
        bare = line.strip()
        if bare and not bare.startswith(("#", "--index", "--extra-index", "--find-links")):
            kept.append(line.split(" # ")[0].rstrip())
    return "\n".join(kept) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
