"""What a page of HTML says: its text and where its links lead."""

from html.parser import HTMLParser

VOID = {"meta", "link", "br", "path"}


class Page(HTMLParser):
    """A page, read; an element that is not closed is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.links, self.tags = "", set[str](), set[str]()
        self.paths, self.next = 0, ""
        self._open: list[str] = []
        assert text.startswith("<!doctype html>")
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.paths += tag == "path"
        if tag == "a":
            said = dict(attrs)
            self.links.add(said["href"] or "")
            if said.get("rel") == "next":
                self.next = said["href"] or ""
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.paths += tag == "path"

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
