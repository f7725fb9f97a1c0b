"""Publishing: a site is written beside the output, and takes its place only when it is complete."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import FreezingError

MARKER = ".tipsite"  # lies in every folder that a build may replace


def check_output(output: Path, content: Path) -> None:
    """Raise FreezingError unless the output folder is missing, empty, or what a build has written."""
    output, content = output.resolve(), content.resolve()
    if output == content or content.is_relative_to(output) or output.is_relative_to(content):
        raise FreezingError(f"{output} holds the content or lies in it: choose another --output")
    if output.exists() and not output.is_dir():
        raise FreezingError(f"{output} is a file: choose another --output")
    if output.is_dir() and any(output.iterdir()) and not (output / MARKER).is_file():
        raise FreezingError(
            f"{output} holds something that no build wrote: empty it yourself, or choose another --output"
        )


@contextmanager
def staging(output: Path) -> Iterator[Path]:
    """Give an empty folder beside the output; publish it if nothing goes wrong, and remove it otherwise."""
    output = output.resolve()
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    except OSError as error:
        raise FreezingError(f"nothing can be written beside {output}: {error.strerror}") from error
    try:
        staged = folder / "new"
        staged.mkdir()
        yield staged
        (staged / MARKER).write_text("This folder is written by a build, and replaced by the next one.\n")
        if output.exists():
            output.rename(folder / "old")
        staged.rename(output)
    except OSError as error:
        raise FreezingError(f"the site cannot be written to {output}: {error.strerror}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
