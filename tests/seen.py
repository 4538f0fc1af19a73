"""What a page gave to be sent back: the word of what it showed."""

import re

WORD = re.compile(r'name="seen" value="([0-9a-f]+)"')


def seen_on(client, url):
    """Of the first form of the page that carries one, "" where none does."""
    found = WORD.search(client.get(url).content.decode())
    return found[1] if found else ""


def posted(client, url, data=None, *, page="", **more):
    """Open the page, then send its form with the word it gave. `page`: where the button stands, if it is another page."""
    return client.post(url, {**(data or {}), "seen": seen_on(client, page or url)}, **more)
