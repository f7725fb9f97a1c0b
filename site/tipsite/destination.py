"""The folder that Frozen-Flask writes to: as much of `pathlib.Path` as it asks for, in half the time."""

from __future__ import annotations

import os
from contextlib import suppress


class Folder:
    """A folder in which files are made, and the folders that these lie in."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._made = {""}

    def mkdir(self, *, parents: bool, exist_ok: bool) -> None:
        """Make the folder and those above it; those in it may have gone since they were made."""
        os.makedirs(self.path, exist_ok=exist_ok)
        self._made = {""}

    def __truediv__(self, name: str) -> File:
        """Give the file of a name, which may have slashes."""
        return File(self, name)

    def make_within(self, name: str) -> None:
        """Make a folder in this one, and those between them, unless that has been done."""
        if name not in self._made:
            self.make_within(name.rpartition("/")[0])
            with suppress(FileExistsError):  # which another process has made
                os.mkdir(f"{self.path}/{name}")
            self._made.add(name)


class File:
    """A file in a folder; `name` is its last part."""

    __slots__ = ("_folder", "_inner", "_path", "name", "relative")

    def __init__(self, folder: Folder, relative: str) -> None:
        self.relative = relative
        self._folder = folder
        self._inner, _, self.name = relative.rpartition("/")
        self._path = f"{folder.path}/{relative}"

    @property
    def parent(self) -> File:
        """What makes the folder that the file lies in: the file itself."""
        return self

    def mkdir(self, *, parents: bool, exist_ok: bool) -> None:
        """Make the folder that the file lies in."""
        self._folder.make_within(self._inner)

    def relative_to(self, folder: Folder) -> str:
        """Give the path of the file below its folder."""
        return self.relative

    def is_file(self) -> bool:
        """Tell whether the file exists."""
        return os.path.isfile(self._path)

    def stat(self) -> os.stat_result:
        """Tell what the system knows of the file."""
        return os.stat(self._path)

    def read_bytes(self) -> bytes:
        """Give what the file holds."""
        with open(self._path, "rb") as file:
            return file.read()

    def write_bytes(self, data: bytes) -> None:
        """Write the file."""
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            while data:
                data = data[os.write(file, data) :]
        finally:
            os.close(file)
