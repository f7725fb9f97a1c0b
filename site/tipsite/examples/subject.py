"""What is checked: the fenced blocks of a tip, and what its app needs."""

from __future__ import annotations

from dataclasses import dataclass

from ..fence import Fence

LIMIT_SECONDS = 10.0  # for a run of a tip


@dataclass(frozen=True)
class Subject:
    """A tip as the checker sees it. `app` is what `flask --app` takes; `needs` names real services."""

    path: str
    fences: tuple[Fence, ...]
    app: str = "app"
    needs: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[Fence, ...]:
        """The blocks that are written as files."""
        return tuple(fence for fence in self.fences if fence.is_file)

    @property
    def sessions(self) -> tuple[Fence, ...]:
        """The blocks that are run and compared."""
        return tuple(fence for fence in self.fences if fence.is_session)

    @property
    def key_blocks(self) -> tuple[Fence, ...]:
        """The files that mark the lines which the tip is about."""
        return tuple(fence for fence in self.files if fence.hl_lines)


def is_python(fence: Fence) -> bool:
    """Tell whether a file holds Python, by its name or by its language."""
    return fence.title.endswith(".py") or fence.language in ("python", "py", "python3")
