"""Tips beyond this environment: with every Python and Flask of the matrix, and with the Flask to come."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
FLASKS = ("2.3", "3.0", "3.1")
CELLS = tuple(f"{python}/{flask}" for python in PYTHONS for flask in FLASKS)
FLASK_MAIN = "flask[async] @ https://github.com/pallets/flask/archive/refs/heads/main.tar.gz"
UV = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}") or "uv"
PYENV = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/*/bin"))
ENVIRONMENT = {
    "PATH": os.pathsep.join([os.environ["PATH"], *map(str, PYENV)]),  # pyenv shows only the Pythons that it was told to
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_SYSTEM_CERTS": "1",
}

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["matrix"]


@nox.session(venv_backend="none")
def matrix(session: nox.Session) -> None:
    """Run all tips in every cell, or in those given (3.12/3.1), and record how they fare in content/matrix.json.

    With `--check` nothing is recorded, and a failure that the matrix does not know is an error.
    """
    cells = [argument for argument in session.posargs if not argument.startswith("-")]
    unknown = [cell for cell in cells if cell not in CELLS]
    if unknown:
        session.error(f"there is no cell {unknown[0]}: name one of {', '.join(CELLS)}")
    options = ["--check"] if "--check" in session.posargs else [f"--cell={cell}" for cell in CELLS]
    missing = [cell for cell in cells or CELLS if not _run_cell(session, cell, options)]
    if missing:
        session.warn(
            f"Not run, for want of the Python: {', '.join(missing)}. What was recorded of them before is kept."
        )
        if cells or os.environ.get("CI") == "true":
            session.error("a Python of the matrix is missing")


def _run_cell(session: nox.Session, cell: str, options: list[str]) -> bool:
    """Run all tips in a cell; give False where there is no such Python on this machine."""
    python, flask = cell.split("/")
    found = session.run(UV, "python", "find", "--system", python, **_silently(), success_codes=[0, 2])
    interpreter = str(found).strip()
    if not Path(interpreter).is_absolute():  # uv says what it did not find
        return False
    programs = _make_environment(session, cell.replace("/", "-"), interpreter, f"flask[async]=={flask}.*")
    session.run(programs / "flask", "tips", "record", *options, external=True)
    return True


@nox.session(venv_backend="none")
def flask_main(session: nox.Session) -> None:
    """Check all tips with Flask's main branch, or with another source of Flask, as `flask @ file:///…`."""
    source = session.posargs[0] if session.posargs else FLASK_MAIN
    override = session.cache_dir / "flask-main.txt"
    override.write_text(source)
    programs = _make_environment(session, "flask-main", sys.executable, source, "--override", str(override))
    session.run(programs / "flask", "--version", external=True)
    session.run(programs / "flask", "tips", "check", external=True)


def _make_environment(session: nox.Session, name: str, interpreter: str, *packages: str) -> Path:
    """Make an environment with tipsite, what the tips import, and packages; give its folder of programs."""
    folder = session.cache_dir / name
    session.run(UV, "venv", "--quiet", "--clear", "--python", interpreter, folder, **_silently())
    target = ("--quiet", "--python", folder / "bin/python")
    session.run(UV, "pip", "install", *target, "--editable", ".", "--group", "tips", *packages, **_silently())
    return folder / "bin"


def _silently() -> dict[str, object]:
    return {"external": True, "env": ENVIRONMENT, "silent": True}
