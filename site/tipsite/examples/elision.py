"""Values that must not be printed on a page, and that change from run to run: cookies, tokens, hashes."""

from __future__ import annotations

import re

SECRETS = (
    re.compile(r"((?:scrypt|pbkdf2)(?::\w+)*\$)[^\s'\"<>]+"),
    re.compile(r"(\bsession=)[^;\s\"']{12,}"),
    re.compile(r"(name=[\"']csrf_token[\"'][^>]*value=[\"'])[^\"']+"),
    re.compile(r"()\.?[\w-]{6,}\.[\w-]{6}\.[\w-]{27}(?![\w-])"),
    re.compile(r"()(?<![0-9a-fA-F])[0-9a-fA-F]{32,}(?![0-9a-fA-F])"),
    re.compile(r"()(?<![\w+-])(?=[\w+-]*\d)(?=[\w+-]*[a-z])(?=[\w+-]*[A-Z])[\w+-]{40,}={0,2}"),
)


def elide(line: str) -> str:
    """Put `...` where a line shows a cookie of a session, a token or a hash."""
    for secret in SECRETS:
        line = secret.sub(r"\1...", line)
    return line
