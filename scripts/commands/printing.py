"""`maillage sheet`, `atlas`, `kit`: pages to print, as PDF."""

from __future__ import annotations

import re
import shutil
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import FileNotWrittenError
from data.exports import write_atomically
from data.opening import open_register
from geo.errors import MaillageError
from geo.french import write_count, write_system_error
from scripts.console import print_json, say, show_progress
from scripts.parameters import Json, OutputFile, read_sector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.session import Register
    from maps.print.page import Page

BOARD = "collectif"
_ATLAS_FILE = re.compile(r"(fiche-.+|atlas|collectif)\.pdf")


class KitName(StrEnum):
    """The papers there are."""

    SECTOR = "secteur"
    TERRITORY = "territoire"
    NETWORK = "apes"


class PrintFormatError(MaillageError, ValueError):
    """A format that a page is not written in: the person has to choose another name."""

    def __init__(self, *, path: Path, expected: str) -> None:
        self.path = path
        super().__init__(
            f"Format de fichier inconnu : {path.name!r}. On attend un nom de fichier en {expected}."
        )


class AtlasFolderError(MaillageError, FileExistsError):
    """A folder that holds something else than an atlas: nothing in it was touched."""

    def __init__(self, *, path: Path, stranger: str) -> None:
        self.path = path
        self.stranger = stranger
        super().__init__(
            f"Le dossier {path} contient autre chose qu'un atlas (par exemple {stranger!r}). On attend un "
            "dossier vide, un ancien atlas ou un nouveau nom. Rien n'a été modifié."
        )


def write_sheet(
    code: Annotated[
        str, typer.Argument(help="Le code d'un territoire (SIREN d'une intercommunalité…), ou « collectif ».")
    ],
    out: OutputFile,
    as_json: Json = False,
) -> None:
    """Écrire la fiche d'un territoire sur une page, ou les deux pages du Collectif, en PDF."""
    from api.printing import print_board, print_sheet

    check_pdf(out)
    register = open_register()
    pages = print_board(register) if code.lower() == BOARD else print_sheet(register, code)
    write_pages(pages, out, title=pages[0].title)
    _say_written(out, pages, as_json=as_json)


def write_kit(
    name: Annotated[KitName, typer.Argument(help="Le document à écrire.")],
    out: OutputFile,
    code: Annotated[
        str | None, typer.Argument(help="Pour secteur : la filière ; pour territoire : son code.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Écrire deux pages à remettre à une personne élue : une filière, un territoire, ou l'Apes."""
    check_pdf(out)
    if name is not KitName.NETWORK and code is None:
        what = (
            "une filière, par exemple alimentation" if name is KitName.SECTOR else "le code d'un territoire"
        )
        message = f"« maillage kit {name.value} » attend {what}."
        raise typer.BadParameter(message)
    pages = _print_kit(open_register(), name, code or "")
    write_pages(pages, out, title=pages[0].title)
    _say_written(out, pages, as_json=as_json)


def _print_kit(register: Register, name: KitName, code: str) -> list[Page]:
    from api.printing import print_network_kit, print_sector_kit, print_territory_kit

    if name is KitName.SECTOR:
        return print_sector_kit(register, read_sector(register, code) or code)
    return print_territory_kit(register, code) if name is KitName.TERRITORY else print_network_kit(register)


def write_atlas(
    out: Annotated[Path, typer.Option("-o", "--output", help="Le dossier à écrire.", metavar="DOSSIER")],
    as_json: Json = False,
) -> None:
    """Écrire l'atlas : les fiches des intercommunalités, les pages du Collectif, et le tout avec un index."""
    from api.print_atlas import compose_atlas, count_atlas_files

    out = out.resolve()
    check_atlas_folder(out)
    register = open_register()
    building = _make_folder_beside(out)
    try:
        total = count_atlas_files(register)
        with show_progress("Atlas", total) as advance_to:
            for done, file in enumerate(compose_atlas(register), start=1):
                (building / file.name).write_bytes(file.content)
                advance_to(done)
        _replace_folder(building, out)
    except OSError as error:
        raise FileNotWrittenError(path=out, reason=write_system_error(error)) from error
    finally:
        # Ctrl-C comes through here too: what was being built goes, what was there stays.
        shutil.rmtree(building, ignore_errors=True)
    names = sorted(path.name for path in out.iterdir())
    if as_json:
        print_json({"output": str(out), "files": names})
    else:
        written = write_count(len(names), "fichier écrit", "fichiers écrits")
        say(f"{written} dans {out} ; tout est dans atlas.pdf.")


def check_atlas_folder(path: Path) -> None:
    """
    Refuse to replace a folder that holds something of somebody else's.

    Raises
    ------
    AtlasFolderError
        If the folder holds anything that an atlas does not, or is a file.
    """
    if path.is_file():
        raise AtlasFolderError(path=path, stranger=path.name)
    if path.is_dir():
        for entry in sorted(path.iterdir()):
            if not _ATLAS_FILE.fullmatch(entry.name) or entry.is_dir():
                raise AtlasFolderError(path=path, stranger=entry.name)


def _make_folder_beside(path: Path) -> Path:
    try:
        folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        raise FileNotWrittenError(path=path, reason=write_system_error(error)) from error
    folder.chmod(0o755)
    return folder


def _replace_folder(building: Path, path: Path) -> None:
    """Put the new folder in the place of the old one, which only goes once the new one stands."""
    former = building.with_name(f"{building.name}.ancien")
    had_one = path.is_dir()
    if had_one:
        path.replace(former)
    try:
        building.replace(path)
    except BaseException:
        if had_one:
            former.replace(path)
        raise
    shutil.rmtree(former, ignore_errors=True)


def check_pdf(path: Path) -> None:
    """Refuse another name than that of a PDF, before any work."""
    if path.suffix.lower() != ".pdf":
        raise PrintFormatError(path=path, expected=".pdf")


def write_pages(pages: Sequence[Page], path: Path, *, title: str) -> None:
    """Write pages as the format that the file's name asks for: PDF, or the first page as SVG or PNG."""
    content = render_pages(pages, path.suffix.lower(), title=title)
    write_atomically(path, lambda target: _write_bytes(target, content))


def _write_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def render_pages(pages: Sequence[Page], suffix: str, *, title: str) -> bytes:
    """Render pages as PDF, or their first one as SVG or PNG."""
    from maps.print.pdf import write_pdf
    from maps.print.png import write_png
    from maps.print.svg import write_svg

    if suffix == ".svg":
        return write_svg(pages[0])
    if suffix == ".png":
        return write_png(pages[0])
    return write_pdf(pages, title=title)


def _say_written(out: Path, pages: Sequence[Page], *, as_json: bool) -> None:
    if as_json:
        print_json({"output": str(out), "pages": len(pages), "bytes": out.stat().st_size})
    else:
        say(f"{write_count(len(pages), 'page écrite', 'pages écrites')} : {out}")
