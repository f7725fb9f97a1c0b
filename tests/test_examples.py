"""Executable tips: what is run, how it is compared, and what a hostile tip cannot do."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tipsite.examples import Outcome, Runner, Subject, check
from tipsite.examples.commands import split_pipe
from tipsite.fence import find_fences

APP = """\
```python title="app.py" hl_lines="9"
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    answer = "steam"
    answer += "!"
    return answer + "\\n"
```

"""
GOOD = APP + "```console\n$ curl localhost:5000/\nsteam!\n```\n"
HTTP_APP = """\
```python title="app.py"
from flask import Flask, redirect, session

app = Flask(__name__)
app.secret_key = "kettle"


@app.get("/")
def index():
    session["kettle"] = "on"
    return redirect("/other")


@app.get("/large")
def large():
    return "x" * 100_000


@app.get("/binary")
def binary():
    return b"\\x00\\xff\\xfe\\n"


@app.get("/unicode")
def unicode():
    return "中文 😀"
```

```console
$ curl -s -o ignored localhost:5000/large localhost:5000/binary -o ignored2 localhost:5000/unicode -o ignored3
$ curl -s -o ignored localhost:5000/
```

"""


def subject(text: str, path: str = "tip.md", **options: object) -> Subject:
    fences = find_fences(text)
    assert fences.problems == ()
    return Subject(path, fences.blocks, **options)  # type: ignore[arg-type]


def run(text: str, limit: float = 10.0, **options: object) -> Outcome:
    return check([subject(text, **options)], limit=limit)[0]


def problems(text: str, **options: object) -> list[str]:
    return [f"{problem.line}: {problem.message}\n{problem.detail}" for problem in run(text, **options).problems]


def test_a_good_tip_passes_with_versions_transcripts_and_ablation():
    outcome = run(GOOD)

    assert outcome.problems == ()
    assert outcome.versions["Python"] == sys.version.split()[0]
    assert [entry.output for entry in outcome.transcripts[0].entries] == ["steam!\n"]
    assert outcome.ablations[0].removed == (10,)
    assert "-steam!\n+steam" in outcome.ablations[0].diff


HOSTILE = {
    "loops for ever": "while True: pass\n",
    "ends the process": "import os; os._exit(0)\n",
    "changes everything": (
        "import os, flask, builtins\n"
        "os.environ.update({str(n): 'x' * 1000 for n in range(500)})\nos.chdir('/')\n"
        "flask.Flask.get = None\nbuiltins.print = None\nraise RuntimeError('done')\n"
    ),
    "forks": (
        "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n        os.setsid()\n"
        "        time.sleep(3600.125)\ntime.sleep(3600.125)\n"
    ),
    "prints 100 MB": "for _ in range(100): print('x' * 1_000_000)\n",
    "writes outside": "open('../../../outside.txt', 'w').write('x')\n",
}


def hostile(program: str) -> str:
    return (
        f'Text.\n\n```python title="hostile.py"\n{program}```\n\n```console\n$ python hostile.py\nfine\n```\n\n' + GOOD
    )


def leftovers() -> set[str]:
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return {line for line in processes.splitlines() if "zygote" in line or "3600.125" in line}


def test_hostile_tips_are_reported_and_harm_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = leftovers()
    subjects = [subject(hostile(program), f"{name}.md") for name, program in HOSTILE.items()]
    subjects += [subject(GOOD, "good.md"), subject(GOOD, "better.md")]

    outcomes = {outcome.path: outcome for outcome in check(subjects, jobs=2, limit=4.0)}

    assert outcomes["good.md"].problems == outcomes["better.md"].problems == ()
    for name in HOSTILE:
        found = outcomes[f"{name}.md"].problems
        assert found, name
        assert all(problem.path == f"{name}.md" and problem.line for problem in found)
    assert "did not end within 4 s" in str(outcomes["loops for ever.md"].problems)
    assert leftovers() <= before
    assert list(tmp_path.iterdir()) == []
    assert not Path("/outside.txt").exists()


def test_a_shell_cannot_write_outside_the_folder_either():
    assert problems("```console\n$ echo x > ../outside.txt\n```\n" + GOOD)


def test_no_host_outside_this_machine_is_reached():
    text = (
        "```console\n$ python -c \"import socket; socket.create_connection(('192.0.2.1', 80), 1)\"\nfine\n```\n" + GOOD
    )

    assert problems(text)
    assert problems("```console\n$ curl http://192.0.2.1/\n```\n" + GOOD)


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("````console\n$ printf '```\\n'\n```\n````\n", 2),
        ("~~~console\n$ echo hi\nhi\n~~~\n", 2),
        ("- item\n\n    ```console\n    $ echo hi\n    hi\n    ```\n", 4),
        ("!!! note\n    ```console\n    $ echo hi\n    hi\n    ```\n", 3),
        ('=== "Tab"\n\n    ```console\n    $ echo hi\n    hi\n    ```\n', 4),
        ("> ```console\n> $ echo hi\n> hi\n> ```\n", 2),
    ],
)
def test_a_session_is_run_once_wherever_it_stands(block: str, line: int):
    right = run(block)
    wrong = run(block.replace("echo hi", "echo ho").replace("printf '```", "printf '~~~"))

    assert right.problems == ()
    assert [entry.line for transcript in right.transcripts for entry in transcript.entries] == [line]
    assert len(wrong.problems) == 1


@pytest.mark.parametrize(
    ("session", "passes"),
    [
        ("$ curl -i localhost:5000/\nHTTP/1.1 302 FOUND\nContent-Type: text/html; charset=utf-8\nLocation: /other\n"
         "Vary: Cookie\nSet-Cookie: session=...; HttpOnly; Path=/\n\n...\n", True),
        ("$ curl -i localhost:5000/\nHTTP/1.1 303 FOUND\n...\n", False),
        ("$ curl -i localhost:5000/\nHTTP/1.1 302 FOUND\nContent-Type: text/html; charset=utf-8\nLocation: /other\n"
         "Vary: Cookie\n\n...\n", False),
        ("$ curl -i localhost:5000/\n...\nSet-Cookie: session=...; HttpOnly; Path=/nope\n...\n", False),
        ("$ curl localhost:5000/large | wc -c\n100000\n", True),
        ("$ curl localhost:5000/large\n" + "x" * 100_000 + "\n", True),
        ("$ curl localhost:5000/large\n" + "x" * 99_999 + "\n", False),
        ("$ curl localhost:5000/large\nx...x\n", True),
        ("$ curl localhost:5000/binary\n\\x00\\xff\\xfe\n", None),
        ("$ curl localhost:5000/unicode\n中文 😀\n", True),
        ("$ curl localhost:5000/unicode\n中文 😁\n", False),
        ("$ curl localhost:5000/unicode\n...\n", False),
        ("$ curl localhost:5000/unicode\n", False),
        ("$ curl --colour localhost:5000/\n", False),
        ("$ curl localhost:5000/unicode\n中文 😀\nmore\n", False),
    ],
)  # fmt: skip
def test_output_is_compared_as_the_design_says(session: str, passes: bool | None):
    found = problems(HTTP_APP + f"```console\n{session}```\n")

    if passes is None:  # a NUL byte is shown as it is; what is not UTF-8 in hexadecimal
        assert any("xff" in problem or not problem for problem in [*found, ""])
    else:
        assert (found == []) is passes, found


@pytest.mark.parametrize(
    ("block", "printed"),
    [
        ("```console\n$ curl -s localhost:5000/unicode | cat\n", "中文 😀"),
        ("```console\n$ curl -s localhost:5000/large | tr x y | wc -c\n", "100000"),
        ("```console\n$ curl -s 'localhost:5000/unicode?a|b' | grep -c '中文'\n", "1"),
        ("```console\n$ curl -s localhost:5000/large | python -c 'print(len(input()))'\n", "100000"),
        ("```console\n$ mkdir sub && cd sub\n$ curl -s -o here localhost:5000/unicode | cat\n$ cat here\n", "中文 😀"),
        ("```console\n$ curl -s localhost:5000/unicode | sed 's/$/ |/' || echo no\n", "中文 😀 |"),
        ("```console\n$ curl -s localhost:5000/unicode | false && echo no; echo yes\n", "yes"),
        ("```console exit=1\n$ curl -s localhost:5000/unicode | grep tea\n", ""),
        ("```console exit=3\n$ curl -s localhost:5000/large | python -c 'raise SystemExit(3)'\n", ""),
        ("```console\n$ curl -s localhost:5000/unicode localhost:5000/nothing -f | cat\n", "中文 😀"),
        ("```console\n$ curl -sSf localhost:5000/nothing | wc -c\n",
         "curl: (22) The requested URL returned error: 404\n0"),
    ],
)  # fmt: skip
def test_what_curl_prints_goes_through_a_pipe(block: str, printed: str):
    assert problems(f"{HTTP_APP}{block}{printed}\n```\n" if printed else f"{HTTP_APP}{block}```\n") == []


def test_errors_of_curl_are_shown_behind_its_output():
    command = "$ curl -sSf localhost:5000/unicode localhost:5000/nothing"
    printed = "中文 😀curl: (22) The requested URL returned error: 404"

    assert problems(f"{HTTP_APP}```console exit=22\n{command}\n{printed}\n```\n") == []


def test_a_pipe_from_a_curl_that_is_not_understood_is_reported():
    found = problems(HTTP_APP + "```console\n$ curl --colour localhost:5000/ | cat\n```\n")

    assert [problem for problem in found if "--colour" in problem], found


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("curl a | grep b", (["curl", "a"], "grep b")),
        ("curl 'a|b' | grep \"c | d\" | wc -l", (["curl", "a|b"], 'grep "c | d" | wc -l')),
        ("curl a |\n  head -1", (["curl", "a"], "head -1")),
        ("curl a", None),
        ("curl a || echo b", None),
        ("curl a | grep b && echo c", None),
        ("curl a | grep b > c", None),
        ("curl a | grep $B", None),
        ("curl $A | grep b", None),
        ("B=1 curl a | grep b", None),
        ("curl a | (cat; echo b)", None),
        ("curl a |", None),
        ("| grep b", None),
    ],
)
def test_a_pipeline_of_plain_commands_is_split(source: str, parts: tuple[list[str], str] | None):
    assert split_pipe(source) == parts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace('hl_lines="9"', 'hl_lines="7-8"'), "7: only a part of the statement on lines 6 to 10"),
        (GOOD.replace('answer += "!"', 'app.name = "x"').replace("steam!", "steam"), "10: the marked lines of"),
        (GOOD.replace('hl_lines="9"', "").replace("    return", "    if not answer:\n        pass\n    return"),
         "12: line 11 of “app.py” is never executed"),
        ("```bash\n$ ls\n```\n", "1: "),
        ("```python\nx = 1\n```\n", "1: "),
        ('```python title="../x.py"\nx = 1\n```\n', "1: "),
        ('```python title="x.py"\nx = (\n```\n```console\n$ python x.py\n```\n', "2: "),
        ('```python title="x.py"\nx = 1\n```\n', "1: “x.py” is never run, because no session follows it"),
        ("```console\nls\n```\n", "1: this ```console block runs nothing"),
        ("```console\n$ false\n```\n", "2: this ends with exit status 1"),
        ("```console exit=3\n$ python -c 'raise SystemExit(2)'\n```\n", "2: this ends with exit status 2, and 3"),
        ("```pycon\n>>> 1 + 1\n3\n```\n", "3: "),
        ("```console\n$ redis-cli ping\nPONG\n```\n", "2: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_line(text: str, message: str):
    found = problems(text)

    assert [problem for problem in found if problem.startswith(message)], found


def test_a_traceback_is_what_python_prints(tmp_path: Path):
    (tmp_path / "demo.py").write_text("def f():\n    1 / 0\n\n\nf()\n")
    real = subprocess.run(
        [sys.executable, "demo.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    ).stderr.replace(str(tmp_path), "/home/you/project")
    text = '```python title="demo.py"\ndef f():\n    1 / 0\n\n\nf()\n```\n```console exit=1\n$ python demo.py\n' + real

    assert problems(text + "```\n") == []


def test_a_runner_that_runs_already_checks_one_tip_after_another():
    wrong = GOOD.replace("steam!\n```\n", "water\n```\n")

    with Runner() as runner:
        outcomes = [check([subject(text)], runner=runner)[0] for text in (GOOD, wrong, GOOD)]

    assert [outcome.passed for outcome in outcomes] == [True, False, True]


def test_a_tip_has_a_redis_of_its_own_and_leaves_none():
    text = "```console\n$ redis-cli set a 1\nOK\n$ redis-cli keys '*'\na\n```\n"

    first, second = check([subject(text, needs=("redis",)), subject(text, needs=("redis",))], jobs=2)

    assert first.problems == second.problems == ()


def test_a_program_in_the_background_is_waited_for_and_stopped():
    text = (
        '```python title="serve.py"\nfrom http.server import HTTPServer, SimpleHTTPRequestHandler\n\n'
        'HTTPServer(("127.0.0.1", 9017), SimpleHTTPRequestHandler).serve_forever()\n```\n'
        "```console background=9017\n$ python serve.py\n```\n"
        "```console\n$ curl -s localhost:9017/ | grep -c serve.py\n1\n```\n"
    )

    assert problems(text) == []


def test_an_outcome_is_kept_and_a_damaged_one_is_made_again(tmp_path: Path):
    first = check([subject(GOOD)], cache=tmp_path)[0]
    second = check([subject(GOOD)], cache=tmp_path)[0]
    kept = next(tmp_path.iterdir())
    kept.write_text("{")
    third = check([subject(GOOD)], cache=tmp_path)[0]

    assert (first.cached, second.cached, third.cached) == (False, True, False)
    assert kept.read_text() != "{"
    assert check([subject(GOOD, app="app:app")], cache=tmp_path)[0].digest != first.digest


def test_failures_are_not_kept(tmp_path: Path):
    check([subject(GOOD.replace("steam!\n```\n", "water\n```\n"))], cache=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_nothing_of_the_callers_environment_leaks_in(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KETTLE_SECRET", "hot")

    assert problems('```console\n$ echo "${KETTLE_SECRET:-none}"\nnone\n```\n') == []
    assert os.environ["KETTLE_SECRET"] == "hot"


def test_pytest_loads_no_plugin_that_only_happens_to_be_installed_here():
    sentry = "```pycon\n>>> import sentry_sdk\n```\n"  # imports anyio, which has a plugin
    tested = (
        '```python title="test_a.py"\ndef test_plugins(pytestconfig):\n'
        '    assert not pytestconfig.pluginmanager.has_plugin("anyio")\n```\n'
        "```console\n$ python -m pytest -q\n"
        ".                                                                        [100%]\n1 passed in ...s\n```\n"
    )

    with Runner() as runner:
        outcomes = [check([subject(text)], runner=runner)[0] for text in (sentry, tested)]

    assert [outcome.problems for outcome in outcomes] == [(), ()]
