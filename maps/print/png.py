"""A page as a PNG: its own PDF, rendered by PDFium, so that both show the same."""

from __future__ import annotations

import io

from maps.print.page import Page
from maps.print.pdf import write_pdf

DEFAULT_DPI = 200


def write_png(page: Page, *, dpi: int = DEFAULT_DPI) -> bytes:
    r"""
    Render a page.

    Parameters
    ----------
    dpi
        Dots per inch: 200 give an A4 of 1654 by 2339.

    Examples
    --------
    >>> write_png(Page(title="Lens", key="lens"), dpi=20)[:4]
    b'\x89PNG'
    """
    import pypdfium2  # noqa: PLC0415 (its library weighs as much as the rest of the page: for pictures only)

    document = pypdfium2.PdfDocument(write_pdf([page], title=page.title))
    try:
        image = document[0].render(scale=dpi / 72).to_pil()
    finally:
        document.close()
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()
