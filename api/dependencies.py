"""What an endpoint needs besides its parameters: the register, the version of its data, the page renderer."""

from __future__ import annotations

import gc
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from api.rendering import PageRenderer
from api.settings import ApiSettings
from data.opening import open_register
from data.session import Register
from data.tiles import TileSource

# How many new objects the collector waits for: some pages of features.
_NEW_OBJECTS = 20_000


class RegisterKeeper:
    """
    The register, opened at the first question and kept.

    A site whose register cannot be opened still starts: it answers 503 and says so, and works again as soon
    as the register does.
    """

    def __init__(self, register: Register | None = None) -> None:
        self._register = register
        self._tiles: TileSource | None = None
        self._is_ours = register is None
        self._lock = Lock()

    def get(self) -> Register:
        """Give the register, opening it if nobody has yet."""
        register = self._register
        if register is None:
            with self._lock:
                if self._register is None:
                    self._register = open_register()
                    _spare_the_collector()
                register = self._register
        return register

    def find_opened(self) -> Register | None:
        """Give the register if somebody has opened it already."""
        return self._register

    def get_tiles(self) -> TileSource:
        """Give the tiles of the register, which keep what they have drawn."""
        register = self.get()
        with self._lock:
            self._tiles = self._tiles or TileSource(register)
            return self._tiles

    def close(self) -> None:
        """Close what this opened; a register that was handed in stays open."""
        with self._lock:
            if self._is_ours and self._register is not None:
                self._register.close()
                self._register = None
                self._tiles = None


def _spare_the_collector() -> None:
    """
    Have the garbage collector leave alone what stays for as long as the site runs.

    The territories and the modules are a million objects: looking through them again and again took as long
    as writing a page of two hundred presences. What an answer is made of goes without the collector's help.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def get_register(request: Request) -> Register:
    """Give the register of this application."""
    return get_keeper(request).get()


def get_keeper(request: Request) -> RegisterKeeper:
    """Give what keeps the register of this application open."""
    keeper: RegisterKeeper = request.app.state.keeper
    return keeper


def get_tiles(request: Request) -> TileSource:
    """Give the tiles of this application's register."""
    return get_keeper(request).get_tiles()


def get_renderer(request: Request) -> PageRenderer:
    """Give the page renderer of this application."""
    renderer: PageRenderer = request.app.state.renderer
    return renderer


def get_settings(request: Request) -> ApiSettings:
    """Give the settings of this application."""
    settings: ApiSettings = request.app.state.settings
    return settings


RegisterDep = Annotated[Register, Depends(get_register)]
RendererDep = Annotated[PageRenderer, Depends(get_renderer)]
SettingsDep = Annotated[ApiSettings, Depends(get_settings)]
