"""Write the next schema migration from what the rooms' tables say: `python packaging/migration.py NAME`.

Read what it wrote before committing: it knows columns and indexes, not what the data means.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ROOT / "console" / "store" / "migrations" / "versions"
HEADER = '''"""Schema {number}: {title}."""

import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = {before}


def upgrade() -> None:
    """To schema {number}."""
{up}


def downgrade() -> None:
    """Back to schema {back}."""
{down}
'''


def _plain(kind: str, item: object, _context: object) -> str | bool:
    """Column types as SQLAlchemy's own, so that old migrations need nothing of ours."""
    return "sa.LargeBinary()" if kind == "type" and type(item).__name__ == "Bytes" else False


def _code(text: str) -> str:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("# ###"))
    return "    " + "\n".join(lines).strip()


def main(title: str) -> Path:
    """Write the migration `title` and return its file."""
    sys.path.insert(0, str(ROOT))
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.migration import MigrationContext

    from console.server import rooms
    from console.store import migrate
    from console.store.engine import open_database

    known = migrate.versions()
    scratch = tempfile.TemporaryDirectory()
    database = open_database(f"sqlite:///{scratch.name}/scratch.db")
    if known:
        migrate.upgrade(database)
    with database.readers.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": migrate.declared})
        found = produce_migrations(context, list(rooms.metadata()))
    database.close()
    scratch.cleanup()
    number = f"{len(known) + 1:04d}"
    path = VERSIONS / f"{number}_{title.replace(' ', '_')}.py"
    path.write_text(
        HEADER.format(
            number=number,
            title=title,
            before=repr(known[-1]) if known else None,
            back=known[-1] if known else "nothing",
            up=_code(render_python_code(found.upgrade_ops, render_item=_plain)),
            down=_code(render_python_code(found.downgrade_ops, render_item=_plain)),
        )
    )
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(path)], check=True)
    return path


if __name__ == "__main__":
    print(main(" ".join(sys.argv[1:])))
