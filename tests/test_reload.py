"""Reloading: pages in a real browser follow the files under a real `flask run --debug`, on a real port."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from conftest import PROJECT, SETTINGS, Content
from tipsite import create_app

APP = """\
Words before the code.

```python title="app.py" hl_lines="6"
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "steam\\n"
```

```console
$ curl localhost:5000/
steam
```

"""
LONG = "A line.\n\n" * 100


class Preview:
    """A preview with a content folder, and with a package of its own that a test may change."""

    def __init__(self, folder: Path) -> None:
        self.content = Content(folder / "content")
        self.content.write("site.toml", SETTINGS.replace("examples = false", "examples = true"))
        self.package = folder / "site/tipsite"
        shutil.copytree(PROJECT / "site/tipsite", self.package, ignore=shutil.ignore_patterns("__pycache__"))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "tipsite", "run", "--debug", "--port", "0"],
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(folder / "site")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        lines = iter(self.process.stdout)
        self.url = next(found[0] for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        self.reader = threading.Thread(target=_drain, args=[self.process.stdout])
        self.reader.start()

    def flask(self, *arguments: str) -> None:
        """Run a command beside the preview."""
        environment = {**os.environ, "FLASK_APP": "tipsite"}
        command = [sys.executable, "-m", "flask", *arguments]
        subprocess.run(command, cwd=self.content.root.parent, env=environment, check=True, capture_output=True)

    def end(self) -> None:
        os.killpg(self.process.pid, 15)
        self.process.wait(timeout=10)
        self.reader.join()


def _drain(output: IO[str]) -> None:
    with output:
        for _ in output:
            pass


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    started = Preview(tmp_path_factory.mktemp("preview"))
    yield started
    started.end()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page on which no script fails, and none is forbidden by the policy that the preview sends."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(20_000)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        assert complaints == []


def see(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible(timeout=20_000)


def open_tip(page: Page, preview: Preview, slug: str) -> None:
    """Open a tip and wait until its stream has told the version of now; mark the document, to see that it stays."""
    with page.expect_request(lambda request: "/_preview/stream" in request.url):
        page.goto(f"{preview.url}/tips/{slug}/")
    page.evaluate("window.same = true")


def is_same_document(page: Page) -> bool:
    return bool(page.evaluate("window.same === true"))


def test_a_saved_tip_is_shown_at_once_and_the_place_is_kept(page: Page, preview: Preview):
    preview.content.tip("steam/a", f"{APP}First.\n\n{LONG}")
    open_tip(page, preview, "a")
    page.evaluate("scrollTo(0, 700)")

    preview.content.tip("steam/a", f"{APP}Second.\n\n{LONG}", title="Other")

    see(page, "Second.")
    assert page.title().startswith("Other")
    assert page.evaluate("scrollY") == 700
    assert is_same_document(page)
    page.locator(".code .copy-button").first.click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("from flask import Flask")


def test_a_changed_style_sheet_is_swapped_in_place(page: Page, preview: Preview):
    preview.content.tip("steam/b", LONG)
    open_tip(page, preview, "b")
    sheets = page.locator("link[rel=stylesheet]").count()

    sheet = preview.package / "static/site.css"
    for blue in (2, 3):
        sheet.write_text(sheet.read_text() + f"\nh1 {{ color: rgb(1, 2, {blue}); }}\n")
        page.wait_for_timeout(30)  # shorter than it takes to load the first one

    expect(page.locator("h1")).to_have_css("color", "rgb(1, 2, 3)")
    expect(page.locator("link[rel=stylesheet]")).to_have_count(sheets)
    assert is_same_document(page)


def test_a_changed_template_loads_the_page_anew(page: Page, preview: Preview):
    preview.content.tip("steam/c", LONG)
    open_tip(page, preview, "c")

    template = preview.package / "templates/footer.html"
    template.write_text(template.read_text().replace("</footer>", "<p>From the template.</p></footer>"))

    see(page, "From the template.")
    assert not is_same_document(page)


def test_a_server_error_is_told_until_it_is_mended(page: Page, preview: Preview):
    preview.content.tip("steam/d", "Before.")
    open_tip(page, preview, "d")
    template = preview.package / "templates/tip.html"
    right = template.read_text()

    template.write_text("{% nonsense %}")
    see(page, "The server answers 500")
    see(page, "Before.")
    template.write_text(right)

    expect(page.get_by_text("The server answers 500")).to_have_count(0)
    assert is_same_document(page)


def test_changed_python_code_restarts_the_server_and_loads_the_page(page: Page, preview: Preview):
    preview.content.tip("steam/e", "Text.")
    open_tip(page, preview, "e")

    module = preview.package / "templating.py"
    module.write_text(module.read_text().replace('return "Draft"', 'return "Sketch"'))
    preview.content.tip("steam/e", "Text.", draft="true")

    see(page, "Sketch")
    assert not is_same_document(page)


def test_a_tip_appears_where_there_was_none(page: Page, preview: Preview):
    open_tip(page, preview, "f")
    see(page, "Page not found")

    preview.content.tip("steam/f", "It has come.")

    see(page, "It has come.")


def test_a_new_picture_is_loaded(page: Page, preview: Preview):
    def draw(size: int) -> None:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="10"/>'
        preview.content.write("tips/steam/kettle.svg", svg)

    draw(20)
    preview.content.tip("steam/g", "![A kettle](kettle.svg)")
    open_tip(page, preview, "g")

    draw(40)

    expect(page.get_by_alt_text("A kettle")).to_have_js_property("naturalWidth", 40)


def test_an_error_shows_its_lines_and_goes_when_it_is_mended(page: Page, preview: Preview):
    preview.content.tip("steam/h", "One.\n\nTwo [x](nope.md).\n\nThree.")
    open_tip(page, preview, "h")
    see(page, "content/tips/steam/h.md:9:9")
    expect(page.locator(".excerpt")).to_have_text(re.compile(r"^ +7 +One\.\s+8\s+9 +Two .*\s+10\s+11 +Three\.\s*$"))
    expect(page.locator("[data-meant]")).to_contain_text("Two [x](nope.md).")

    preview.content.tip("steam/h", "Mended.")
    see(page, "Mended.")
    page.evaluate("window.same = true")
    expect(page.get_by_role("link", name="Kettle notes")).to_be_visible()  # the whole page, not its main part alone

    preview.content.tip("steam/h", f"Mended.\n\n{LONG}")
    see(page, "A line.")
    page.evaluate("scrollTo(0, 700)")
    preview.content.tip("steam/h", LONG, date="soon")
    see(page, "a date must be a day of the calendar")
    assert page.evaluate("scrollY") == 0
    preview.content.tip("steam/h", f"Mended again.\n\n{LONG}")
    see(page, "Mended again.")
    assert page.evaluate("scrollY") == 700
    assert is_same_document(page)


def test_a_session_that_comes_out_differently_is_shown_at_its_block(page: Page, preview: Preview):
    preview.content.tip("steam/i", APP)
    open_tip(page, preview, "i")
    see(page, "Checked with Flask")

    preview.content.tip("steam/i", APP.replace("\nsteam\n", "\nwater\n") + LONG)

    note = page.locator("figure[data-kind=console] + .problem")
    expect(note).to_contain_text("content/tips/steam/i.md:22")
    expect(note).to_contain_text("-water\n+steam")
    see(page, "1 thing to mend")
    assert is_same_document(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.get_by_role("status").get_by_text("content/tips/steam/i.md:22: this prints something else").click()
    expect(note).to_be_in_viewport()

    note.get_by_role("button").click()
    flask, *arguments = page.evaluate("navigator.clipboard.readText()").split()
    assert arguments == ["tips", "check", "--update", "content/tips/steam/i.md"]
    assert shutil.which(flask) == str(Path(sys.executable).with_name("flask"))
    preview.flask(*arguments)
    see(page, "Checked with Flask")
    expect(page.locator(".preview-pointer")).to_be_hidden()
    expect(page.locator("figure + .without-lines summary")).to_be_visible()


def test_what_readers_would_stumble_over_is_told_beside_the_page(page: Page, preview: Preview):
    preview.content.write("tips/steam/o.svg", "<svg/>")
    preview.content.tip("steam/o", "![](o.svg)")
    open_tip(page, preview, "o")

    notes = page.locator(".tip-header .problem")
    expect(notes).to_have_count(2)
    expect(notes.first).to_contain_text("content/tips/steam/o.md:7:1")
    expect(notes.first).to_contain_text("this image has no alternative text")
    expect(notes.last).to_contain_text("Warning: the text has 0 words")
    see(page, "1 thing to mend")


def test_a_traceback_leads_to_the_line_of_the_tip(page: Page, preview: Preview):
    preview.content.tip("steam/j", APP.replace('return "steam\\n"', "return steam"))
    open_tip(page, preview, "j")

    note = page.locator("figure + .problem")
    expect(note).to_contain_text("NameError: name 'steam' is not defined, in content/tips/steam/j.md:17")
    expect(note.locator("[data-meant]")).to_contain_text("return steam")
    expect(note.get_by_role("button")).to_have_count(0)  # no author wants that in the page


def test_a_process_that_runs_the_tips_is_replaced_when_it_is_gone(page: Page, preview: Preview):
    preview.content.tip("steam/k", APP)
    open_tip(page, preview, "k")
    see(page, "Checked with Flask")

    listing = subprocess.run(["ps", "-ewwo", "pid,args"], capture_output=True, text=True, check=True).stdout
    source = str(preview.package.parent)
    zygotes = [int(line.split()[0]) for line in listing.splitlines() if "zygote" in line and source in line]
    assert zygotes
    for zygote in zygotes:
        os.kill(zygote, 9)
    preview.content.tip("steam/k", f"{APP.replace('steam', 'water')}More.")

    see(page, "More.")
    see(page, "Checked with Flask")


def test_a_tab_has_one_stream_and_none_while_it_is_hidden(page: Page, preview: Preview):
    streams: set[Request] = set()
    page.on("request", lambda request: streams.add(request) if "stream" in request.url else None)
    page.on("requestfailed", lambda request: streams.discard(request))
    page.on("requestfinished", lambda request: streams.discard(request))
    preview.content.tip("steam/l", "Zero.")
    open_tip(page, preview, "l")
    for text in ("One.", "Two."):
        preview.content.tip("steam/l", text)
        see(page, text)
        assert len(streams) == 1

    set_hidden(page, True)
    preview.content.tip("steam/l", "Three.")
    page.wait_for_timeout(300)
    assert streams == set()
    assert "Two." in page.locator("main").inner_text()

    set_hidden(page, False)
    see(page, "Three.")
    assert len(streams) == 1
    assert is_same_document(page)


def set_hidden(page: Page, hidden: bool) -> None:
    """Say that the tab is hidden or shown, as a browser with a window does."""
    page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_drafts_and_tips_of_the_future_are_shown_and_marked(page: Page, preview: Preview):
    preview.content.tip("steam/m", draft="true")
    preview.content.tip("steam/n", date="2026-12-24")

    open_tip(page, preview, "m")
    expect(page.locator("h1 .draft")).to_be_visible()
    open_tip(page, preview, "n")
    expect(page.locator("h1 .draft")).to_have_text("From 24 December 2026")


@pytest.mark.parametrize(("debug", "preview"), [("0", True), ("1", False)])
def test_no_build_and_no_run_without_debug_knows_of_it(
    content: Content, monkeypatch: pytest.MonkeyPatch, debug: str, preview: bool
):
    monkeypatch.setenv("FLASK_DEBUG", debug)
    content.tip("steam/a")

    app = create_app(content.root, preview=preview)

    assert "_preview" not in str(app.url_map)
    assert "reload.js" not in app.test_client().get("/tips/a/").text


def test_with_debug_a_page_is_the_same_but_for_its_head(content: Content, monkeypatch: pytest.MonkeyPatch):
    content.tip("steam/a")
    texts = []
    for debug in "01":
        monkeypatch.setenv("FLASK_DEBUG", debug)
        texts.append(create_app(content.root).test_client().get("/tips/a/").text)

    assert texts[0] != texts[1]
    assert texts[0] == re.sub(r'<link [^>]*"/_preview/.*</script>\n', "", texts[1], flags=re.DOTALL)


def test_what_changed_before_the_first_stream_is_told_by_it(content: Content, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    content.tip("steam/a", "Before.")
    app = create_app(content.root)
    client = app.test_client()
    shown = client.get("/tips/a/").text

    content.tip("steam/a", "After.")
    with client.get("/_preview/stream") as response:
        _, told = (part for _, part in zip(range(2), response.iter_encoded(), strict=False))

    version = told.decode().split()[1]
    assert f'data-version="{version}"' not in shown
    assert "After." in client.get("/tips/a/", headers={"Preview-Version": version}).text
