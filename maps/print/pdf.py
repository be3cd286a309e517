"""Pages as a PDF: embedded letters, bookmarks, links, and the same bytes for the same pages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFInfo, PDFString
from reportlab.pdfgen.canvas import Canvas

from maps.print.letters import load_face, name_face
from maps.print.page import Page
from maps.print.shapes import MM_PER_POINT, Area, Box, Disc, Face, Lines, Link, Points, Shape, Stroke, Words

AUTHOR = "Apes Hauts-de-France"
CREATOR = "Maillage"
_EVEN_ODD = 0
_HALO_PT = 1.6


def write_pdf(pages: Sequence[Page], *, title: str, subject: str = "") -> bytes:
    """
    Write pages into one PDF.

    Parameters
    ----------
    pages
        At least one; each has a bookmark with its title.
    title, subject
        What the file says of itself. No date: the same pages give the same bytes.

    Examples
    --------
    >>> page = Page(title="Lens", key="lens")
    >>> write_pdf([page], title="Essai") == write_pdf([page], title="Essai")
    True
    """
    for face in Face:
        load_face(face)
    buffer = io.BytesIO()
    first = pages[0]
    canvas = Canvas(
        buffer,
        pagesize=(first.width_mm / MM_PER_POINT, first.height_mm / MM_PER_POINT),
        invariant=1,
        pageCompression=1,
        lang="fr-FR",
        initialFontName=name_face(Face.REGULAR),
    )
    canvas._doc.info = _UndatedInfo()  # noqa: SLF001  the only door to it
    canvas.setTitle(title)
    canvas.setAuthor(AUTHOR)
    canvas.setCreator(CREATOR)
    canvas.setProducer(CREATOR)
    canvas.setSubject(subject)
    part = ""
    for page in pages:
        canvas.bookmarkPage(page.key)
        if page.part and page.part != part:
            # A bookmark of its own: two entries on one would bear one title.
            canvas.bookmarkPage(f"part-{page.key}")
            canvas.addOutlineEntry(page.part, f"part-{page.key}", level=0, closed=True)
        part = page.part
        if len(pages) > 1:
            canvas.addOutlineEntry(page.title, page.key, level=int(bool(page.part)))
        writer = _Writer(canvas, page.height_mm)
        for shape in page.shapes:
            writer.draw(shape)
        canvas.showPage()
    if len(pages) > 1:
        canvas.showOutline()
    canvas.save()
    return buffer.getvalue()


class _UndatedInfo(PDFInfo):  # type: ignore[misc]  # ReportLab has no types
    """What the file says of itself, without the two dates that ReportLab would write."""

    def format(self, document: Any) -> bytes:  # noqa: ANN401
        """Write the entries, in one order."""
        facts = {
            "Title": self.title, "Author": self.author, "Subject": self.subject,
            "Creator": self.creator, "Producer": self.producer,
        }  # fmt: skip
        entries = PDFDictionary({name: PDFString(text) for name, text in facts.items()})
        return bytes(entries.format(document))


class _Writer:
    """Draws the shapes of one page: millimetres downwards become points upwards."""

    def __init__(self, canvas: Any, height_mm: float) -> None:  # noqa: ANN401  ReportLab has no types
        self.canvas = canvas
        self.height_mm = height_mm

    def x(self, x_mm: float) -> float:
        return round(x_mm / MM_PER_POINT, 2)

    def y(self, y_mm: float) -> float:
        return round((self.height_mm - y_mm) / MM_PER_POINT, 2)

    def draw(self, shape: Shape) -> None:
        if isinstance(shape, Words):
            self._draw_words(shape)
        elif isinstance(shape, Area):
            self._draw_area(shape)
        elif isinstance(shape, Lines):
            self._draw_lines(shape)
        elif isinstance(shape, Disc):
            self._draw_disc(shape)
        elif isinstance(shape, Box):
            self._draw_box(shape)
        else:
            self._draw_link(shape)

    def _ink(self, fill: str | None, stroke: Stroke | None) -> dict[str, int]:
        if fill:
            self.canvas.setFillColor(fill)
        if stroke:
            self.canvas.setStrokeColor(stroke.colour)
            self.canvas.setLineWidth(round(stroke.width_mm / MM_PER_POINT, 3))
            self.canvas.setDash([round(dash / MM_PER_POINT, 2) for dash in stroke.dash_mm] or [])
            self.canvas.setLineJoin(1)
            self.canvas.setLineCap(1)
        return {"fill": int(fill is not None), "stroke": int(stroke is not None)}

    def _trace(self, path: Any, corners: Points, *, is_closed: bool) -> None:  # noqa: ANN401
        places = [(self.x(float(x)), self.y(float(y))) for x, y in corners]
        path.moveTo(*places[0])
        for place in places[1:]:
            path.lineTo(*place)
        if is_closed:
            path.close()

    def _draw_area(self, area: Area) -> None:
        path = self.canvas.beginPath()
        for ring in area.rings:
            self._trace(path, ring, is_closed=True)
        self.canvas.drawPath(path, fillMode=_EVEN_ODD, **self._ink(area.fill, area.stroke))

    def _draw_lines(self, lines: Lines) -> None:
        if not lines.paths:
            return
        path = self.canvas.beginPath()
        for corners in lines.paths:
            self._trace(path, corners, is_closed=False)
        self.canvas.drawPath(path, **self._ink(None, lines.stroke))

    def _draw_disc(self, disc: Disc) -> None:
        how = self._ink(disc.fill, disc.stroke)
        if disc.opacity < 1:
            self.canvas.setFillAlpha(disc.opacity)
        self.canvas.circle(self.x(disc.x), self.y(disc.y), round(disc.radius_mm / MM_PER_POINT, 2), **how)
        if disc.opacity < 1:
            self.canvas.setFillAlpha(1)

    def _draw_box(self, box: Box) -> None:
        how = self._ink(box.fill, box.stroke)
        corner = (self.x(box.x), self.y(box.y + box.height))
        size = (round(box.width / MM_PER_POINT, 2), round(box.height / MM_PER_POINT, 2))
        if box.radius_mm:
            self.canvas.roundRect(*corner, *size, round(box.radius_mm / MM_PER_POINT, 2), **how)
        else:
            self.canvas.rect(*corner, *size, **how)

    def _draw_words(self, words: Words) -> None:
        place = (self.x(words.x), self.y(words.y))
        if words.halo:
            self.canvas.setStrokeColor(words.halo)
            self.canvas.setLineWidth(_HALO_PT)
            self.canvas.setLineJoin(1)
            self.canvas.setDash([])
            self._show(words, place, mode=1)
        self.canvas.setFillColor(words.colour)
        self._show(words, place, mode=0)

    def _show(self, words: Words, place: tuple[float, float], *, mode: int) -> None:
        text = self.canvas.beginText(*place)
        text.setFont(name_face(words.face), words.size_pt)
        text.setTextRenderMode(mode)
        text.textOut(words.text)
        text.setTextRenderMode(0)
        self.canvas.drawText(text)

    def _draw_link(self, link: Link) -> None:
        rectangle = (
            self.x(link.x), self.y(link.y + link.height), self.x(link.x + link.width), self.y(link.y),
        )  # fmt: skip
        if "://" in link.target:
            self.canvas.linkURL(link.target, rectangle, relative=0)
        else:
            self.canvas.linkRect("", link.target, rectangle, relative=0, Border="[0 0 0]")
