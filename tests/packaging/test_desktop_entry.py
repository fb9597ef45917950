"""The entry that a desktop reads: it starts Parley, and links come to it."""

import configparser
import tomllib

from tests.parts.process import ROOT


def test_links_come_to_the_command() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(ROOT / "packaging" / "parley.desktop", "utf-8")
    told = entry["Desktop Entry"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    command, _, argument = told["Exec"].partition(" ")
    assert command in project["project"]["scripts"]
    assert argument == "%u"
    assert "x-scheme-handler/parley;" in told["MimeType"]
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared["packaging/parley.desktop"] == "share/applications/parley.desktop"
    assert all((ROOT / source).exists() for source in shared)
