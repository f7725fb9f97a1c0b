"""The skeleton of a new tip: it builds and passes its check as it stands, and says what belongs where."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Sequence

import yaml

DROPPED = (
    "a",
    "an",
    "and",
    "are",
    "do",
    "does",
    "how",
    "in",
    "is",
    "its",
    "of",
    "on",
    "or",
    "the",
    "to",
    "you",
    "your",
)
LONGEST = 50  # characters of a slug that is made from a title

BODY = """
Say first what the tip is for, in one or two sentences. Whoever comes from a search should see at once that this
is the answer.

Then show the smallest complete program. The marked lines are what the tip is about: without them, a session has
to come out differently.

```python title="app.py" hl_lines="6"
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "hello\\n"
```

Then say what it does, and let a session prove it. What the commands print can be filled in by
`flask tips check --update`.

```console
$ curl localhost:5000/
hello
```

End with what commonly goes wrong, and with where to read on. Write your own words in place of all these, some 150
to 400 of them{ending}.
"""


def write_skeleton(title: str, summary: str, date: datetime.date, tags: Sequence[str], *, draft: bool) -> str:
    """Write the file of a new tip."""
    front_matter = {"title": title, "summary": summary}
    lines = [f"{key}: {_scalar(key, text)}" for key, text in front_matter.items()]
    lines += [f"date: {date.isoformat()}", f"tags: [{', '.join(tags)}]", *(["draft: true"] if draft else [])]
    ending = ", and take `draft: true` out when they can be read" if draft else ""
    return "\n".join(["---", *lines, "---", BODY.replace("{ending}", ending)])


def _scalar(key: str, text: str) -> str:
    """Write a text as YAML: as it is where that means the same, else in quotes."""
    try:
        if yaml.safe_load(f"{key}: {text}") == {key: text}:
            return text
    except yaml.YAMLError:
        pass
    return json.dumps(text, ensure_ascii=False)


def suggest_slug(title: str) -> str:
    """Make a slug of a title, without words that say little; empty if the title has no letters of ASCII."""
    plain = unicodedata.normalize("NFKD", re.sub("['’]", "", title)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    slug = "-".join([word for word in words if word not in DROPPED] or words)
    return slug if len(slug) <= LONGEST else slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
