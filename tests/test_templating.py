"""Templating: what templates are compiled to is found again as long as nothing they are made from has changed."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from conftest import Content
from test_freezing import Options, build
from tipsite.cache import Cache
from tipsite.templating import CompiledTemplates


class Compiling(jinja2.Environment):
    """Counts the templates that it compiles."""

    def __init__(self, cache: Cache, text: str) -> None:
        super().__init__(loader=jinja2.DictLoader({"a.html": text}), bytecode_cache=CompiledTemplates(cache))
        self.compiled = 0

    def _compile(self, source: str, filename: str) -> object:
        self.compiled += 1
        return super()._compile(source, filename)


def show(folder: Path, text: str) -> tuple[str, int]:
    """Render a template as one build does; give the text, and how many templates were compiled."""
    cache = Cache(folder / "made.sqlite")
    environment = Compiling(cache, text)
    shown = environment.get_template("a.html").render(name="Ada")
    cache.write()
    return shown, environment.compiled


def test_a_template_is_compiled_by_the_first_build_and_again_when_it_has_changed(tmp_path: Path):
    assert show(tmp_path, "Hello {{ name }}") == ("Hello Ada", 1)
    assert show(tmp_path, "Hello {{ name }}") == ("Hello Ada", 0)
    assert show(tmp_path, "Bye {{ name }}") == ("Bye Ada", 1)


def test_a_template_is_compiled_again_when_what_it_is_compiled_with_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    show(tmp_path, "Hello {{ name }}")
    monkeypatch.setattr("tipsite.templating._fingerprint", lambda: "another version of Jinja")

    assert show(tmp_path, "Hello {{ name }}") == ("Hello Ada", 1)


def test_templates_are_compiled_by_a_build_without_cache(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    content.tip("steam/a")
    monkeypatch.chdir(tmp_path)
    compiled: list[str | None] = []
    compile_one = jinja2.Environment._compile

    def note(self: jinja2.Environment, source: str, filename: str) -> object:
        compiled.append(filename)
        return compile_one(self, source, filename)

    monkeypatch.setattr(jinja2.Environment, "_compile", note)
    build(Options(content.root, tmp_path / "out", no_cache=False))
    compiled.clear()

    content.tip("steam/a", "Another text.")
    build(Options(content.root, tmp_path / "out", no_cache=False))
    assert compiled == []

    build(Options(content.root, tmp_path / "out"))
    assert compiled != []
