"""How tests look into a page."""

from xml.etree import ElementTree

import html5lib

HTML = "{http://www.w3.org/1999/xhtml}"


def parsed(text: str) -> ElementTree.Element:
    """The page's tree; html5lib's strict parser refuses anything that is no valid markup."""
    return html5lib.HTMLParser(strict=True).parse(text)


def every(tree: ElementTree.Element, tag: str) -> list[ElementTree.Element]:
    return list(tree.iter(HTML + tag))


def words(element: ElementTree.Element) -> str:
    return "".join(element.itertext())
