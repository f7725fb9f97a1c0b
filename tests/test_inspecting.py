"""Inspecting: targets and ids are those of elements, wherever else something looks like one."""

from __future__ import annotations

import builtins
import gzip
import keyword
import random

import pytest

from tipsite.inspecting import LIGHT, inspect


@pytest.mark.parametrize(
    ("page", "targets"),
    [
        ('<a href="/a/">a</a>', ("/a/",)),
        ("<a class='x' href='/a/?b=1&amp;c=2#d'>a</a>", ("/a/?b=1&c=2#d",)),
        ('<A\n\tHREF="/A/">a</A>', ("/A/",)),
        ('<a href="/é/">a</a>', ("/é/",)),
        ('<a href="">a</a>', ("",)),
        ('<link rel="icon" href="/i.svg"><script src="/s.js"></script><img alt="" src="/i.png">',
         ("/i.png", "/i.svg", "/s.js")),
        ('<video src="/v.mp4" poster="/p.png"></video>', ("/p.png", "/v.mp4")),
        ('<meta property="og:url" content="/u/"><meta property="og:image" content="/c.png">', ("/c.png", "/u/")),
        ('<meta name="description" content="no address">', ()),
        ('<meta property="og:image:width" content="1200">', ()),
        ('<a data-href="/no/" xhref="/no/">a</a>', ()),
        ('<div href="/no/"><use href="#no"/></div>', ()),
        ('<code>&lt;a href="/no/"&gt;</code> href="/no/"', ()),
        ('<code>&lt;a href="</code><a href="/yes/">a</a>', ("/yes/",)),
        ('<a title="a href=/no/" href="/yes/">a</a><a href="/yes/">again</a>', ("/yes/",)),
        ('href="/no/" <!-- href="/no/" --></a href="/no/">', ()),
    ],
)  # fmt: skip
def test_targets_are_addresses_that_elements_name(page: str, targets: tuple[str, ...]):
    assert inspect(page.encode()).targets == targets


@pytest.mark.parametrize(
    ("page", "ids"),
    [
        ('<h2 id="a">a</h2><p class="x" id=\'b&amp;c\'>', ("a", "b&c")),
        ('<p id="a"><p id="b"><p id="a">', ("a", "a", "b")),
        ('<span class="k">id="no"</span> id="no"', ()),
        ('<span class="hl" id="app.py-L1">', ("app.py-L1",)),
        ('<span id="app.py-L1"> id="\n</span><span id="app.py-L2">', ("app.py-L1", "app.py-L2")),
    ],
)
def test_ids_are_those_of_elements_as_often_as_they_occur(page: str, ids: tuple[str, ...]):
    assert inspect(page.encode()).ids == ids


def page_of(paragraphs: int) -> bytes:
    chance = random.Random(paragraphs)
    words = [*keyword.kwlist, *dir(builtins)]
    return "".join(f"<p>{' '.join(chance.choices(words, k=30))}</p>\n" for _ in range(paragraphs)).encode()


def test_a_page_weighs_what_gzip_makes_of_it_and_a_light_one_that_at_the_most():
    for page in (b"", b"a", b"<p></p>", page_of(1), page_of(10), page_of(60)):
        size = len(gzip.compress(page, 6))
        assert size <= inspect(page).compressed <= size * 1.2
    heavy = page_of(120)
    assert inspect(heavy).compressed == len(gzip.compress(heavy, 6)) > LIGHT
