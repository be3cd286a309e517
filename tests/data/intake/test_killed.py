"""An import that is killed at any point leaves the register as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from data.questions.importing import import_file
from data.session import Register

WriteList = Callable[..., Path]

PROGRAM = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    import data.list_storing as storing
    import data.questions.importing as importing
    from data.session import open_register
    from data.settings import DatabaseSettings

    home, path, step = sys.argv[1:]
    module = storing if hasattr(storing, step) else importing
    whole = getattr(module, step)

    def killed(*arguments, **options):
        whole(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, step, killed)
    register = open_register(DatabaseSettings(home=Path(home), database_url=None))
    importing.import_file(register, Path(path), source="Liste")
""")
TABLES = ("sources", "imports", "presences", "source_rows", "presence_periods", "presence_sector", "history")


def read_everything(register: Register) -> dict[str, list[tuple[object, ...]]]:
    with register.reading() as session:
        found = {
            name: [tuple(row) for row in session.connection.execute(text(f"SELECT * FROM {name}"))]
            for name in TABLES
        }
        found["version"] = [(session.data_version,)]
    return found


@pytest.mark.parametrize(
    "step", ["start_import", "insert_presences", "update_presences", "mark_absent", "finish_import"]
)
def test_killed_at_any_step_the_register_is_as_before(
    register: Register, write_list: WriteList, step: str
) -> None:
    import_file(
        register, write_list("id;nom;ville", *(f"{n};Fiche {n};Lens" for n in range(50))), source="Liste"
    )
    before = read_everything(register)
    after = write_list("id;nom;ville", *(f"{n};Autre {n};Lille" for n in range(25, 90)), name="apres.csv")

    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(register.settings.home), str(after), step],
        check=False,
        capture_output=True,
        cwd=Path(__file__).parents[3],
    )

    assert run.returncode == -signal.SIGKILL, run.stderr.decode()
    assert read_everything(register) == before
    report = import_file(register, after, source="Liste")
    assert (report.new, report.changed, report.absent) == (40, 25, 25)
