"""Documents that were rendered before, found again by everything they were made from."""

from __future__ import annotations

import inspect
import pickle
from functools import cache as once
from functools import lru_cache
from importlib.metadata import version

from . import converting, expressions, fence, highlighting, lexing, links, rendering
from .cache import Cache, make_key
from .rendering import Document, render

IN_MEMORY = 64  # documents; more than a batch has, and few enough to stay in the caches of a processor
MODULES = (converting, expressions, fence, highlighting, lexing, links, rendering)  # that a document is made by


@lru_cache(IN_MEMORY)
def find_document(text: str, examples: bool, cache: Cache) -> Document:
    """Render a text, or find what it was rendered to before."""
    if cache.path is None:
        return render(text, examples)
    key = make_key("document", _fingerprint(), examples, text)
    found = cache.find(key)
    if found:
        known: Document = pickle.loads(found)
        return known
    document = render(text, examples)
    cache.add(key, pickle.dumps(document, 5))
    return document


def forget_documents() -> None:
    """Free the memory of what was rendered, in a process that will not ask for it again."""
    for made in (find_document, highlighting.highlight):
        made.cache_clear()


@once
def _fingerprint() -> str:
    """Stand for all code that rendering depends on: ours, and the versions of the libraries."""
    sources = [inspect.getsource(module) for module in MODULES]
    versions = [version(name) for name in ("Markdown", "pymdown-extensions", "Pygments")]
    return make_key(sources, versions)
