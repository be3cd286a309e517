"""An import that is killed at any point leaves the register as it was."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from data.questions.importing import import_file
from data.session import Register

WriteList = Callable[..., Path]

STEPS = ("start_import", "insert_presences", "update_presences", "mark_absent", "finish_import")
TABLES = ("sources", "imports", "presences", "source_rows", "presence_periods", "presence_sector", "history")

# One child for each step: it does the step, then dies without a word.
PROGRAM = textwrap.dedent("""
    import json, os, signal, sys
    from pathlib import Path
    import data.list_storing as storing
    import data.questions.importing as importing
    from data.reference import load_referential
    from data.opening import open_register
    from data.settings import DatabaseSettings
    from geo.geocoding.geocoder import Geocoder

    home, path, *steps = sys.argv[1:]
    geocoder = Geocoder(load_referential())

    def die_at(step):
        module = storing if hasattr(storing, step) else importing
        whole = getattr(module, step)

        def killed(*arguments, **options):
            whole(*arguments, **options)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(module, step, killed)
        register = open_register(DatabaseSettings(home=Path(home), database_url=None))
        importing.import_file(register, Path(path), source="Liste", geocoder=geocoder)

    ends = {}
    for step in steps:
        child = os.fork()
        if child == 0:
            die_at(step)
            os._exit(0)
        ends[step] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps(ends))
""")


def read_everything(register: Register) -> dict[str, list[tuple[object, ...]]]:
    with register.reading() as session:
        found = {
            name: [tuple(row) for row in session.connection.execute(text(f"SELECT * FROM {name}"))]
            for name in TABLES
        }
        found["version"] = [(session.data_version,)]
    return found


def test_killed_at_any_step_the_register_is_as_before(register: Register, write_list: WriteList) -> None:
    first = write_list("id;nom;ville", *(f"{n};Fiche {n};Lens" for n in range(50)))
    import_file(register, first, source="Liste")
    before = read_everything(register)
    after = write_list("id;nom;ville", *(f"{n};Autre {n};Lille" for n in range(25, 90)), name="apres.csv")

    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(register.settings.home), str(after), *STEPS],
        check=False,
        capture_output=True,
        cwd=Path(__file__).parents[3],
    )

    assert run.returncode == 0, run.stderr.decode()
    assert json.loads(run.stdout) == dict.fromkeys(STEPS, -signal.SIGKILL)
    assert read_everything(register) == before
    report = import_file(register, after, source="Liste")
    assert (report.new, report.changed, report.absent) == (40, 25, 25)
