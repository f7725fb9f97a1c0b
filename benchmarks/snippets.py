"""Blocks of code for the corpora, in several languages: pieces that are filled with names, put together to a length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from words import Words

Piece = Callable[[Words], str]


@dataclass(frozen=True)
class Language:
    """How blocks of a language are made: what may come first, what follows, and lines that fill the rest.

    `name` is that of its Pygments lexer, `share` its part of all blocks, `gap` the empty lines between pieces.
    """

    name: str
    share: int
    openings: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    fillers: tuple[Piece, ...]
    gap: int = 1
    file: str = ""

    def block(self, words: Words, lines: int) -> str:
        """Make a block of so many lines."""
        made = words.pick(self.openings)(words).split("\n")
        for _ in range(6):
            piece = words.pick(self.pieces)(words).split("\n")
            if len(made) + self.gap + len(piece) <= lines:
                made += [""] * self.gap + piece
        while len(made) < lines:
            made += words.pick(self.fillers)(words).split("\n")
        return "\n".join(made[:lines])


def _imports(words: Words) -> str:
    modules = ("collections", "datetime", "functools", "itertools", "json", "logging", "os", "re", "sqlite3", "time")
    lines = [f"import {module}" for module in sorted(words.several(modules, 1, 3))]
    flask = ("Flask", "abort", "flash", "g", "jsonify", "redirect", "render_template", "request", "session", "url_for")
    return "\n".join([*lines, "", f"from flask import {', '.join(sorted(words.several(flask, 1, 4)))}"])


def _app(words: Words) -> str:
    return f'''from flask import Flask, request

app = Flask(__name__)
app.config["{words.constant}"] = {words.number(2, 9999)}  # {words.thing}'''


def _route(words: Words) -> str:
    noun, value = words.noun, words.value
    return f'''@app.get("/{noun}/<int:{value}>/")
def {words.function}({value}):
    """{words.verb.title()} the {words.thing} of one {noun}."""
    found = {words.value}.get({value})
    if found is None:
        abort({words.pick((400, 403, 404, 410))}, "no {noun} has the number " + str({value}))
    return render_template("{noun}.html", {noun}=found, {words.noun}s={words.number(1, 99)})'''


def _post(words: Words) -> str:
    noun = words.noun
    return f'''@app.post("/{noun}s/{words.verb}/")
def {words.function}():
    {noun} = request.form.get("{words.value}", type=int, default={words.number(0, 50)})
    if not {words.number(1, 9)} <= {noun} < {words.number(10, 5000)}:
        flash("The {words.thing} cannot be {{}}".format({noun}), "error")
        return redirect(url_for("{words.function}"))
    session["{words.value}"] = {noun} * {words.number(2, 60)}
    return jsonify({words.noun}={noun}, {words.value}=True)'''


def _class(words: Words) -> str:
    first, second = words.value, words.value
    return f'''class {words.type}({words.pick(("object", "Exception", "dict", "ValueError"))}):
    """A {words.thing} with its {words.noun} and its {words.noun}."""

    {words.constant} = {words.number(10, 900)}

    def __init__(self, {first}, {second}=None):
        self.{first} = {first}
        self.{second} = {second} or self.{words.constant}

    @property
    def {words.value}(self):
        return f"{{self.{first}!r}} {words.verb} {{self.{second}:>{words.number(4, 20)}}}"'''


def _loop(words: Words) -> str:
    noun, total = words.noun, words.value
    return f"""def {words.function}({noun}s, *, {words.value}={words.number(1, 500)}):
    # The {words.thing} comes first, whatever the {words.noun} says.
    {total} = collections.defaultdict(list)
    for number, {noun} in enumerate({noun}s, start={words.number(0, 3)}):
        if {noun}.{words.noun} >= {words.number(3, 70)} and not {noun}.{words.adjective}:
            {total}[{noun}.{words.noun}].append((number, {noun}.{words.value}))
        elif number % {words.number(2, 12)} == 0:
            continue
    return {{key: sorted(values) for key, values in {total}.items()}}"""


def _guard(words: Words) -> str:
    return f'''try:
    with open("{words.noun}-{words.number(1, 99)}.json", encoding="utf-8") as {words.noun}:
        {words.value} = json.load({words.noun})["{words.noun}"][{words.number(0, 9)}]
except (OSError, KeyError) as error:
    logging.warning("the %s cannot be {words.verb}ed: %s", "{words.thing}", error)
    {words.value} = {{"{words.noun}": {words.number(1, 400)}, "{words.noun}": None}}'''


def _async(words: Words) -> str:
    seconds = f"{words.number(1, 99)}.{words.number(1, 9)}"
    return f'''async def {words.function}({words.value}: str, {words.noun}: float = {seconds}):
    """{words.verb.title()} until the {words.noun} is {words.adjective}."""
    while (answer := await {words.verb}({words.value}, timeout={words.number(2, 90)})) is not None:
        yield answer.{words.noun}, lambda {words.noun}: {words.noun} ** {words.number(2, 4)} // {words.number(5, 77)}'''


def _assignment(words: Words) -> str:
    return words.pick(
        (
            f'{words.value} = "{words.thing} {words.number(1, 9999)}"',
            f"{words.value} = {words.function}({words.number(1, 9999)}, {words.noun}={words.number(1, 99)})",
            f"{words.value} = [{words.noun} for {words.noun} in range({words.number(3, 4000)})]",
            f'print(f"{words.noun}: {{{words.value}:.{words.number(1, 6)}f}}", {words.value})',
            f"assert {words.value} != {words.value}, {words.number(10, 99)}  # {words.thing}",
        )
    )


def _extends(words: Words) -> str:
    return f'''{{% extends "{words.noun}.html" %}}
{{% from "{words.noun}s.html" import {words.function} %}}'''


def _block(words: Words) -> str:
    noun = words.noun
    return f'''{{% block {words.value} %}}
<section class="{words.adjective}-{noun}" id="{words.noun}-{words.number(1, 999)}">
  <h2>{words.thing.capitalize()} {{# {words.number(1, 99)} at the most #}}</h2>
  <ul>
    {{% for {noun} in {noun}s if {noun}.{words.adjective} %}}
    <li><a href="{{{{ url_for('{words.function}', {noun}={noun}.id) }}}}">{{{{ {noun}.{words.noun} | title }}}}</a></li>
    {{% else %}}
    <li>No {noun} is {words.adjective} yet.</li>
    {{% endfor %}}
  </ul>
</section>
{{% endblock %}}'''


def _form(words: Words) -> str:
    noun = words.noun
    return f'''<form action="/{noun}/{words.verb}/" method="post" class="{words.adjective}">
  <label for="{noun}">{words.thing.capitalize()}</label>
  <input type="number" id="{noun}" name="{noun}" min="{words.number(0, 9)}" value="{{{{ {words.value} }}}}" required>
  {{% if {words.value} is defined %}}<p class="error">{{{{ {words.noun} | default("{words.thing}") }}}}</p>{{% endif %}}
  <button type="submit">{words.verb.title()}</button>
</form>'''


def _element(words: Words) -> str:
    return f'<p data-{words.noun}="{words.number(1, 9999)}">{words.thing.capitalize()}: {{{{ {words.value} }}}}</p>'


def _curl(words: Words) -> str:
    noun, query = words.noun, f"{words.noun}={words.noun}&n={words.number(1, 99)}"
    return f'''$ curl -i 'localhost:5000/{noun}/{words.number(1, 9999)}/?{query}'
HTTP/1.1 {words.pick(("200 OK", "201 CREATED", "404 NOT FOUND", "302 FOUND"))}
Content-Type: application/json
Set-Cookie: {words.noun}={words.number(10**9, 10**10)}; HttpOnly; Path=/

{{"{noun}": "{words.thing}", "{words.noun}": {words.number(1, 9999)}}}'''


def _listing(words: Words) -> str:
    rows = [f"{words.noun:<14}{words.adjective:<12}{words.number(100, 99999):>8}" for _ in range(words.number(2, 5))]
    return "\n".join([f"$ flask {words.noun} {words.verb} --{words.noun}={words.number(1, 99)}", *rows])


def _run(words: Words) -> str:
    return f'''$ export {words.constant}="{words.thing}"
$ python {words.noun}.py --{words.noun} {words.number(1, 99)} < {words.noun}.txt | sort -k{words.number(1, 6)}
{words.thing}: {words.number(1, 9999)} {words.noun}s'''


def _output(words: Words) -> str:
    return f"{words.thing} {words.noun} {words.number(1, 99999)}"


def _script(words: Words) -> str:
    noun = words.noun
    return f'''for {noun} in {words.noun}/*.{words.pick(("txt", "log", "csv"))}; do
    if [ -s "${noun}" ] && ! grep -q "{words.thing}" "${noun}"; then
        mv "${noun}" "$HOME/{words.noun}/$(basename "${noun}" .txt)-{words.number(1, 999)}"  # {words.thing}
    fi
done'''


def _shebang(words: Words) -> str:
    return f"#!/usr/bin/env bash\n# {words.verb.title()} the {words.thing} of each {words.noun}.\nset -euo pipefail"


def _command(words: Words) -> str:
    return f'{words.constant}={words.number(1, 9999)} {words.verb} --{words.noun} "{words.thing}" >> {words.noun}.log'


def _create(words: Words) -> str:
    return f"""CREATE TABLE {words.value} (
    id INTEGER PRIMARY KEY,
    {words.value} TEXT NOT NULL DEFAULT '{words.thing}',
    {words.value} INTEGER CHECK ({words.noun} BETWEEN {words.number(0, 9)} AND {words.number(10, 9999)}),
    {words.noun}_id INTEGER REFERENCES {words.noun} (id) ON DELETE CASCADE
);"""


def _select(words: Words) -> str:
    one, other = words.noun, words.noun
    return f"""-- {words.verb.title()} each {words.thing}.
SELECT {one}.{words.value}, COUNT(*) AS {words.value}
FROM {one}
LEFT JOIN {other} ON {other}.{one}_id = {one}.id
WHERE {one}.{words.noun} > {words.number(1, 9999)} AND {other}.{words.noun} LIKE '%{words.noun}%'
GROUP BY {one}.{words.noun}
ORDER BY {words.value} DESC LIMIT {words.number(1, 500)};"""


def _insert(words: Words) -> str:
    return f"INSERT INTO {words.noun} ({words.value}) VALUES ('{words.thing}', {words.number(1, 9999)});"


def _toml(words: Words) -> str:
    return f"""[{words.noun}.{words.value}]
{words.value} = "{words.thing}"  # {words.verb} the {words.noun}
{words.noun} = {words.number(1, 99999)}
{words.value} = [{words.number(1, 99)}, {words.number(1, 99)}, {words.number(1, 99)}]
{words.adjective} = {words.pick(("true", "false"))}"""


def _toml_line(words: Words) -> str:
    return f'{words.value}_{words.number(1, 999)} = "{words.thing}"'


def _json(words: Words) -> str:
    return f"""  "{words.value}": {{
    "{words.noun}": "{words.thing}",
    "{words.value}": [{words.number(1, 999)}, {words.number(1, 999)}, null],
    "{words.adjective}": {words.pick(("true", "false"))}
  }},"""


def _json_line(words: Words) -> str:
    return f'  "{words.value}": {words.number(1, 99999)}.{words.number(1, 9)},'


LANGUAGES = (
    Language(
        "python",
        62,
        (_imports, _app),
        (_route, _post, _class, _loop, _guard, _async),
        (_assignment,),
        gap=2,
        file=".py",
    ),
    Language("html+jinja", 10, (_extends, _form), (_block, _form), (_element,), file=".html"),
    Language("console", 12, (_curl, _listing, _run), (_curl, _listing, _run), (_output,), gap=0),
    Language("bash", 4, (_shebang,), (_script,), (_command,), file=".sh"),
    Language("sql", 6, (_create, _select), (_create, _select), (_insert,), file=".sql"),
    Language("toml", 3, (_toml,), (_toml,), (_toml_line,), file=".toml"),
    Language("json", 3, (_json,), (_json,), (_json_line,), gap=0),
)
