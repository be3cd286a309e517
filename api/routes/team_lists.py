"""`/equipe/liste`: drop a file, read the report of what it would change, confirm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from api.dependencies import get_register
from api.form_reading import read_form, read_texts
from api.pages import mark_page
from api.team import check_form, get_staff, go_to, render_team
from data.errors import OutOfBoundsError
from data.intake.errors import MappingError, UnusableFileError
from data.intake.fields import FIELD_LABELS
from data.intake.report import CHANGE_NAMES
from data.people.drops import Drop, find_drop, forget_drop, keep_drop, note_facts
from data.questions import describe_register, import_file
from geo.records import ImportReport, Kind

router = APIRouter(prefix="/equipe/liste", include_in_schema=False, dependencies=[Depends(mark_page)])

DropId = Annotated[str, Path(max_length=40)]

MOST_FILE_BYTES = 30_000_000
"""How many bytes a dropped file may hold."""

_MOST_SHOWN = 200
_COLUMN = "colonne:"
_IGNORED = "-"


@router.get("")
def show_upload(request: Request) -> Response:
    """Show the form to drop a file."""
    get_staff(request)
    return _show_upload(request, None, {})


def _show_upload(
    request: Request, fault: str | None, texts: Mapping[str, str], *, status: int = 200
) -> Response:
    known = [source.name for source in describe_register(get_register(request)).sources]
    return render_team(
        request,
        "team_upload.html",
        status=status,
        room="/equipe/liste",
        fault=fault,
        known=known,
        texts=texts,
    )


@router.post("")
async def take_file(request: Request) -> Response:
    """Keep a dropped file, and show what it would change."""
    # Who is not of the staff sends no 30 MB: the cookie is looked at before the body.
    await run_in_threadpool(get_staff, request)
    form = await read_form(request, most_bytes=MOST_FILE_BYTES)
    try:
        return await run_in_threadpool(_take_file, request, form)
    finally:
        await form.close()


def _take_file(request: Request, form: FormData) -> Response:
    texts = read_texts(form)
    check_form(request, texts)
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename or not file.size:
        return _show_upload(request, "Choisissez un fichier qui ne soit pas vide.", texts, status=422)
    facts = {name: texts.get(name, "").strip() for name in ("kind", "source", "as_of")}
    home = get_register(request).settings.home
    drop = keep_drop(home, file=file.file, name=file.filename, facts=facts)
    try:
        _read(request, drop, dry_run=True)
    except (UnusableFileError, MappingError, OutOfBoundsError, ValueError) as error:
        forget_drop(home, drop.id)
        return _show_upload(request, str(error), texts, status=422)
    return go_to(f"/equipe/liste/{drop.id}")


def _read(request: Request, drop: Drop, *, dry_run: bool) -> ImportReport:
    facts = drop.facts
    mapping = {
        name.removeprefix(_COLUMN): None if field == _IGNORED else field
        for name, field in facts.items()
        if name.startswith(_COLUMN)
    }
    return import_file(
        get_register(request),
        drop.path,
        kind=Kind(facts.get("kind") or Kind.ACTOR),
        source=facts.get("source") or None,
        as_of=date.fromisoformat(facts["as_of"]) if facts.get("as_of") else None,
        mapping=mapping or None,
        dry_run=dry_run,
    )


@router.get("/{drop_id}")
def show_report(request: Request, drop_id: DropId) -> Response:
    """Show what a dropped file would change."""
    get_staff(request)
    drop = find_drop(get_register(request).settings.home, drop_id)
    if drop is None:
        return _show_upload(request, _GONE, {}, status=404)
    return _show_report(request, drop, _read(request, drop, dry_run=True))


_GONE = (
    "Ce fichier n'attend plus : il a été importé, abandonné, ou déposé il y a plus d'un jour. "
    "Déposez-le à nouveau."
)


def _show_report(
    request: Request, drop: Drop, report: ImportReport, *, fault: str | None = None, status: int = 200
) -> Response:
    return render_team(
        request,
        "team_report.html",
        status=status,
        room="/equipe/liste",
        drop=drop,
        report=report,
        problems=report.problems[:_MOST_SHOWN],
        changes=report.changes[:_MOST_SHOWN],
        most_shown=_MOST_SHOWN,
        change_names=CHANGE_NAMES,
        field_labels={field.value: label for field, label in FIELD_LABELS.items()},
        column_prefix=_COLUMN,
        ignored=_IGNORED,
        fault=fault,
    )


@router.post("/{drop_id}")
async def decide(request: Request, drop_id: DropId) -> Response:
    """Import a dropped file, read it again otherwise, or drop it."""
    texts = read_texts(await read_form(request))
    return await run_in_threadpool(_decide, request, drop_id, texts)


def _decide(request: Request, drop_id: str, texts: Mapping[str, str]) -> Response:
    check_form(request, texts)
    home = get_register(request).settings.home
    drop = find_drop(home, drop_id)
    if drop is None:
        return _show_upload(request, _GONE, {}, status=404)
    match texts.get("action"):
        case "confirm":
            report = _read(request, drop, dry_run=False)
            forget_drop(home, drop_id)
            return _show_report(request, drop, report)
        case "again":
            return _read_again(request, drop, texts)
        case _:
            forget_drop(home, drop_id)
            return go_to("/equipe/liste")


def _read_again(request: Request, drop: Drop, texts: Mapping[str, str]) -> Response:
    home = get_register(request).settings.home
    columns = {name: field for name, field in texts.items() if name.startswith(_COLUMN)}
    kept = {name: text for name, text in drop.facts.items() if not name.startswith(_COLUMN)}
    changed = Drop(id=drop.id, path=drop.path, facts={**kept, **columns})
    try:
        _read(request, changed, dry_run=True)
    except (MappingError, UnusableFileError) as error:
        return _show_report(request, drop, _read(request, drop, dry_run=True), fault=str(error), status=422)
    note_facts(home, drop.id, changed.facts, name=drop.path.name)
    return go_to(f"/equipe/liste/{drop.id}")
