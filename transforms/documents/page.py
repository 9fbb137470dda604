"""A parsed page as tree.pyx reads it: which tags and attributes mean something, learned from the parser itself."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from schemas.facts import facts
from transforms.documents.tree import Kinds, Page, attribute_keys

MARKS = BREAK, PLACE, SEAM = "\ufdd0", "\ufdd1", "\ufdd2"
# Non-characters: a line break; a table's place, as <ufdd1>n<ufdd1>; where one piece of text ends and the next begins.

_NO_CONTENT = "script style noscript iframe object select textarea template svg button del strike".split()
_BLOCKS = (
    "p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd section article header footer blockquote form pre table tr caption "
    "thead tbody tfoot td th center hr fieldset address main nav aside figure br"
).split()
_OWN_BLOCKS = ("ucapcontent",)  # elements that a site family made up
_MEANINGS = {  # as the enum of tree.pyx
    1: _NO_CONTENT,
    2: [*_BLOCKS, *_OWN_BLOCKS],
    4: ["td", "th"],
    8: ["tr"],
    16: ["p", "div", "li"],
    32: ["br", "sup"],  # the number of a footnote is no digit of the value
    64: ["img"],
    128: ["caption"],
    256: ["table"],
    512: ["a"],
    1024: ["pre"],
    2048: ["h1", "h2", "article", *_OWN_BLOCKS],
    4096: ["textarea"],
    8192: ["meta"],
    16384: ["title"],
}
_ATTRIBUTES = dict(
    id=1,
    style=3,
    hidden=4,
    color=5,
    href=6,
    rowspan=7,
    colspan=8,
    bgcolor=9,
    background=10,
    name=11,
    property=12,
    content=13,
    **{"class": 2},
)
GROUND, BACKDROP, STYLE = _ATTRIBUTES["bgcolor"], _ATTRIBUTES["background"], _ATTRIBUTES["style"]


def _node(tag: str, attributes: str = "") -> LexborNode:
    """A tag in a document of its own, since many open or close each other."""
    inside = tag in ("tr", "caption") or tag[-4:] in ("head", "body", "foot")
    home = "<table><tr>" if tag in ("td", "th") else "<table>" if inside else ""
    node = LexborHTMLParser(f"{home}<{tag} {attributes}>").css_first(tag)
    assert node is not None, tag
    return node


def _learned() -> tuple[Kinds, dict[int | str, str]]:
    kinds: dict[int | bytes, int] = {}
    names: dict[int | str, str] = {}
    for meaning, tags in _MEANINGS.items():
        for tag in tags:
            number = _node(tag).tag_id
            key: int | bytes = number if tag not in _OWN_BLOCKS else tag.encode()
            names[tag if tag in _OWN_BLOCKS else number], kinds[key] = tag, kinds.get(key, 0) | meaning
    called = {number if isinstance(number, int) else number.encode(): name for number, name in names.items()}
    known = frozenset([*facts("containers")["body"], *facts("containers")["headline"]])
    ids, classes = (frozenset(name[1:] for name in known if name.startswith(mark)) for mark in "#.")
    sample = _node("p", " ".join(f'{name}="1"' for name in _ATTRIBUTES))
    keys = attribute_keys(sample.mem_id)
    return Kinds(kinds, dict(zip(keys, _ATTRIBUTES.values(), strict=True)), called, ids, classes), names


_KINDS, TAG_NAMES = _learned()


def read_tree(tree: LexborHTMLParser) -> Page | None:
    """Return the page below a tree's body, None when it has none."""
    body = tree.body
    return Page(tree, body.mem_id, _KINDS, SEAM) if body is not None else None


def read_head(tree: LexborHTMLParser) -> tuple[str, dict[str, str]]:
    """Return the text of a tree's title, "" without one, and its metas by lower-case name; the first of a name counts."""
    root = tree.root
    title, told = _KINDS.head(root.mem_id) if root is not None else (None, [])
    metas: dict[str, str] = {}
    for written, content in told:
        name, content = written.strip().lower(), content.strip()
        if name and content:
            metas.setdefault(name, content)
    return title or "", metas


def _fits() -> bool:
    """Whether the parser's memory is laid out as tree.pyx takes it."""
    told = '<title>t</title><meta name=m content=n><p id=zoom class="b content" style=d hidden>x<b>年</b></p><svg>no</svg><table><tr><td colspan=2>1<br>2<td>3</table><a href=e></a>'
    tree = LexborHTMLParser(told)
    page = read_tree(tree)
    if page is None or page.whole != SEAM.join(("x", "年", "1", "2", "3")):
        return False
    drawn = page.draw(page.tables[0], {}, BREAK, PLACE)
    return (
        (page.named, page.styles, page.unseen, page.colors) == ({"#zoom": [1], ".content": [1]}, {"d": [1]}, [1], {})
        and read_head(tree) == ("t", {"m": "n"})
        and drawn == ("", [["1\n2", "3"]], {(0, 0): (1, 2)}, False)
        and [href for _, href in page.links] == ["e"]
        and page.text(1) == "x年"
        and page.up(2) == 1
    )


if not _fits():
    raise ImportError(
        "selectolax lays its tree out otherwise than transforms/documents/tree.pyx: see requirements.lock"
    )
