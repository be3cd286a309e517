"""One page gives three files that say the same: PDF, SVG, PNG; the same page gives the same bytes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from api.printing import print_board, print_coverage, print_sheet
from data.session import Register
from geo.records import MEL_CODE
from maps.measures import Measure
from maps.print.page import Page
from maps.print.pdf import write_pdf
from maps.print.png import write_png
from maps.print.shapes import MM_PER_POINT, Face
from maps.print.svg import write_svg

SVG = "{http://www.w3.org/2000/svg}"
NAMES = "Communauté d’agglomération des Deux Baies en Montreuillois & <b>Łódź</b> — « 5 000 »"


def make_page() -> Page:
    """Make a page with words of every face."""
    page = Page(title="Essai", key="essai")
    for place, face in enumerate(Face):
        page.write(20, 30 + 10 * place, NAMES, face=face, size_pt=9 + place)
    return page


def read_pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_the_words_can_be_read_back_from_the_pdf() -> None:
    text = read_pdf_text(write_pdf([make_page()], title="Essai")).replace("\u00a0", " ")
    assert text.count("Deux Baies en Montreuillois & <b>Łódź</b> — « 5 000 »") == len(Face)


def test_words_in_the_pdf_are_as_wide_as_measured() -> None:
    page = make_page()
    document = pypdfium2.PdfDocument(write_pdf([page], title="Essai"))
    try:
        found = document[0].get_textpage()
        boxes = [found.get_rect(place) for place in range(found.count_rects())]
    finally:
        document.close()
    for words in page.words:
        baseline_pt = (page.height_mm - words.y) / MM_PER_POINT
        on_line = [box for box in boxes if box[1] - 4 < baseline_pt < box[3]]
        left, right = min(box[0] for box in on_line), max(box[2] for box in on_line)
        assert (right - left) * MM_PER_POINT == pytest.approx(words.width, abs=0.8)


def test_letters_are_embedded_and_no_date_is_written() -> None:
    content = write_pdf([make_page()], title="Essai")
    assert content.count(b"/FontFile2") >= len(Face)
    assert b"CreationDate" not in content
    assert b"ModDate" not in content


def test_the_same_register_gives_the_same_bytes(sample_register: Register) -> None:
    def compose() -> tuple[bytes, bytes, bytes]:
        pages = [*print_board(sample_register), *print_sheet(sample_register, MEL_CODE)]
        return write_pdf(pages, title="Essai"), write_svg(pages[0]), write_png(pages[2], dpi=40)

    assert compose() == compose()


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib\n"
        "from maps.print.pdf import write_pdf\n"
        "from maps.print.page import Page\n"
        "page = Page(title='Essai', key='essai')\n"
        "for size in (7, 9, 20): page.write(20, 30 + 5 * size, 'Été à Lens', size_pt=size)\n"
        "print(hashlib.sha256(write_pdf([page, page], title='Essai')).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_every_page_has_its_bookmark(sample_register: Register) -> None:
    pages = print_board(sample_register)
    pages[0].part = pages[1].part = "Le Collectif"
    document = pypdfium2.PdfDocument(write_pdf([make_page(), *pages], title="Essai"))
    try:
        titles = [(mark.level, mark.get_title()) for mark in document.get_toc(max_depth=3)]
    finally:
        document.close()
    assert titles[:3] == [(0, "Essai"), (0, "Le Collectif"), (1, pages[0].title)]


def test_the_svg_says_the_same_words(sample_register: Register) -> None:
    (page,) = print_coverage(sample_register, measure=Measure.COUNT)
    root = ElementTree.fromstring(write_svg(page))  # noqa: S314 (our own)
    assert [text.text for text in root.iter(f"{SVG}text")] == [words.text for words in page.words]
    assert all(float(text.attrib["textLength"]) > 0 for text in root.iter(f"{SVG}text"))
    assert (root.attrib["width"], root.attrib["height"]) == ("210mm", "297mm")


def test_the_svg_asks_nothing_of_anyone(sample_register: Register) -> None:
    (page,) = print_coverage(sample_register)
    text = write_svg(page).decode()
    addresses = set(re.findall(r"https?://[^\"' )]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert "font/woff2;base64," in text
    assert "<script" not in text


def test_dangerous_names_stay_text_in_the_svg() -> None:
    page = Page(title="<script>alert(1)</script>", key="essai")
    page.write(20, 20, "</text><script>alert(2)</script>")
    root = ElementTree.fromstring(write_svg(page))  # noqa: S314 (our own)
    assert [text.text for text in root.iter(f"{SVG}text")] == ["</text><script>alert(2)</script>"]
    assert list(root.iter(f"{SVG}script")) == []


def test_the_png_shows_the_page_and_greys_keep_five_shades(sample_register: Register) -> None:
    (page,) = print_coverage(sample_register, measure=Measure.PER_10K)
    image = Image.open(io.BytesIO(write_png(page, dpi=60)))
    assert image.size == (497, 702)
    grey = np.asarray(image.convert("L"))
    shades, counts = np.unique(grey, return_counts=True)
    # White paper, the five classes and the ink: each covers a good many dots.
    assert (counts > 150).sum() >= 6
    assert shades.min() < 80
