"""A person at a browser: opens pages, follows links by their words, fills in the form that is there and sends it.

What is not on the page cannot be clicked or sent: no field, link or open button, no step.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from django.test import Client

LOGIN = "/accounts/login/"


@dataclass
class Form:
    action: str
    method: str
    multipart: bool
    values: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def names(self):
        return {*self.values, *self.files, *self.choices}

    @property
    def closed(self):
        return bool(self.buttons) and not any(is_open for _, is_open in self.buttons)

    def has(self, words):
        return any(words in label for label, _ in self.buttons)


class Reader(HTMLParser):
    """Links, forms and words of a page, as a browser without JavaScript takes them."""

    def __init__(self, html):
        super().__init__()
        self.links, self.rows, self.forms, self.words, self.heading = [], [], [], [], ""
        self.form = self.select = self.area = self.link = self.button = None
        self.hidden = self.in_heading = 0
        self.feed(html)
        self.text = re.sub(r"\s+", " ", "".join(self.words)).strip()
        self.heading = self.heading.strip()

    def handle_starttag(self, tag, attributes):
        attrs = {name: value or "" for name, value in attributes}
        opened = getattr(self, f"open_{tag}", None)
        if opened:
            opened(attrs)
        if tag in {"script", "style", "head"}:
            self.hidden += 1
        self.in_heading += tag == "h1"

    def handle_endtag(self, tag):
        closed = getattr(self, f"close_{tag}", None)
        if closed:
            closed()
        if tag in {"script", "style", "head"}:
            self.hidden -= 1
        self.in_heading -= tag == "h1"

    def handle_data(self, data):
        if self.hidden:
            return
        self.words.append(data)
        self.heading += data if self.in_heading else ""
        for opened in (self.link, self.button):
            if opened is not None:
                opened[0] += data
        if self.area:
            self.form.values[self.area][0] += data

    def open_a(self, attrs):
        self.link = ["", attrs.get("href", ""), attrs.get("class", "")]

    def close_a(self):
        if self.link:
            text, href, classes = self.link
            self.links.append((" ".join(text.split()), href))
            self.rows += self.links[-1:] if "stretched-link" in classes else []
        self.link = None

    def open_form(self, attrs):
        multipart = attrs.get("enctype") == "multipart/form-data"
        self.form = Form(attrs.get("action", ""), attrs.get("method", "get").lower(), multipart)
        self.forms.append(self.form)

    def close_form(self):
        self.form = None

    def open_input(self, attrs):
        name, kind = attrs.get("name"), attrs.get("type", "text")
        if self.form is None or not name or "disabled" in attrs:
            return
        if kind == "file":
            self.form.files.add(name)
        elif kind in {"checkbox", "radio"}:
            self.form.choices.setdefault(name, []).append(attrs.get("value", "on"))
            if "checked" in attrs:
                self.form.values.setdefault(name, []).append(attrs.get("value", "on"))
        elif kind not in {"submit", "button"}:
            self.form.values.setdefault(name, []).append(attrs.get("value", ""))

    def open_textarea(self, attrs):
        if self.form is not None and attrs.get("name"):
            self.area = attrs["name"]
            self.form.values[self.area] = [""]

    def close_textarea(self):
        if self.area:  # a browser drops the one line break after the tag
            self.form.values[self.area][0] = re.sub(r"^\r?\n", "", self.form.values[self.area][0])
        self.area = None

    def open_select(self, attrs):
        if self.form is not None and attrs.get("name"):
            self.select = attrs["name"]
            self.form.choices[self.select] = []

    def close_select(self):
        if self.select and self.form.choices[self.select]:
            self.form.values.setdefault(self.select, self.form.choices[self.select][:1])
        self.select = None

    def open_option(self, attrs):
        if self.select:
            self.form.choices[self.select].append(attrs.get("value", ""))
            if "selected" in attrs:
                self.form.values[self.select] = [attrs.get("value", "")]

    def open_button(self, attrs):
        self.button = ["", "disabled" not in attrs]

    def close_button(self):
        if self.button and self.form is not None:
            self.form.buttons.append((" ".join(self.button[0].split()), self.button[1]))
        self.button = None


class Page:
    """What one person has before them."""

    def __init__(self, walker, url, response):
        self.walker, self.url, self.response = walker, url, response
        kind = response.headers.get("Content-Type", "")
        self.read = Reader(response.content.decode() if kind.startswith("text/html") else "")

    @property
    def text(self):
        return self.read.text

    def says(self, *words):
        for word in words:
            assert word in self.text, f"{self.url} does not say “{word}”:\n{self.text}"
        return self

    def stands(self, stage):
        """The heading of a project page carries this stage; overlays such as 逾期 may stand behind it."""
        assert stage in self.read.heading.split(), f"{self.url}: {self.read.heading} is not at “{stage}”"
        return self

    def silent(self, *words):
        for word in words:
            assert word not in self.text, f"{self.url} says “{word}”"
        return self

    def address(self, words, within=""):
        """Where the first link with these words leads; `within`: a piece of its address."""
        found = [href for text, href in self.read.links if words in text and within in href]
        assert found, f"{self.url} has no link “{words}”: {[text for text, _ in self.read.links]}\n{self.text}"
        return urldefrag(urljoin(self.url, found[0])).url

    def click(self, words, within=""):
        return self.walker.open(self.address(words, within))

    def form(self, button=""):
        """The form with this button; without words the only one that is not part of the frame."""
        own = [form for form in self.read.forms if form.method == "post" and not form.has("退出")]
        found = [form for form in own if form.has(button)] if button else own
        buttons = [form.buttons for form in own]
        assert len(found) == 1, f"{self.url}: {len(found)} forms with “{button}”, not one: {buttons}\n{self.text}"
        return found[0]

    def send(self, button="", data=None, *, closed=False):
        """The answer of the server to the form as it stands on the page, with `data` typed into it."""
        form = self.form(button)
        assert form.closed == closed, f"{self.url}: button closed: {form.closed}\n{self.text}"
        sent = dict(form.values)
        for name, value in (data or {}).items():
            assert name in form.names, f"{self.url} has no field {name}: {sorted(form.names)}"
            uploads = value if isinstance(value, list) else [value]
            if name in form.files:
                assert form.multipart, f"{self.url}: a file in a form that does not send files"
            elif name in form.choices:
                assert {str(one) for one in uploads} <= {*form.choices[name]}, f"{name}: {form.choices[name]}"
            sent[name] = uploads
        url = urljoin(self.url, form.action) if form.action else self.url
        return url, self.walker.client.post(url, sent, headers={"referer": self.url})

    def submit(self, button="", **data):
        """Send the form; it must be accepted. The page it leads to."""
        url, response = self.send(button, data)
        if response.status_code == 200:  # a first password is shown on the answer itself
            return Page(self.walker, url, response).silent("未能提交")
        told = "" if response.status_code == 302 else Page(self.walker, url, response).text
        assert response.status_code == 302, f"{url} answered {response.status_code}:\n{told}"
        page = self.walker.open(urldefrag(urljoin(url, response.url)).url)
        assert not page.complaints, f"{url} was refused: {page.complaints}"
        return page

    def refused(self, *words, button="", closed=False, **data):
        """Send the form; it must come back with these words and nothing done."""
        url, response = self.send(button, data, closed=closed)
        if response.status_code == 302:  # a button without a form of its own answers with a message
            page = self.walker.open(urljoin(url, response.url))
            assert page.complaints, f"{url} was not refused:\n{page.text}"
        else:
            page = Page(self.walker, url, response)
            assert response.status_code == 422, f"{url} answered {response.status_code}:\n{page.text}"
        return page.says(*words)

    def closed_button(self, words, why, below):
        """A button shown closed with its reason; the address below this page refuses all the same."""
        self.says(words, why)
        assert not any(form.has(words) for form in self.read.forms)
        token = next(form.values["csrfmiddlewaretoken"] for form in self.read.forms if form.method == "post")
        sent = {"csrfmiddlewaretoken": token}
        response = self.walker.client.post(urljoin(self.url, below), sent, headers={"referer": self.url})
        page = self.walker.open(urljoin(self.url, response.url))
        assert page.complaints, f"{self.url}{below} was not refused"
        return page

    @property
    def complaints(self):
        """Messages that something was refused."""
        context = self.response.context
        told = context["messages"] if context and "messages" in context else ()
        return [str(message) for message in told if message.level_tag == "error"]


class Walker:
    """One person, signed in."""

    def __init__(self, user=None):
        self.user, self.client = user, Client(enforce_csrf_checks=True)
        if user is not None:
            self.client.force_login(user)

    def sign_in(self, username, password):
        """Through the real login page; the page one lands on."""
        page = Page(self, LOGIN, self.client.get(LOGIN))
        return page.submit("登录", username=username, password=password)

    def open(self, url, status=200):
        response = self.client.get(url)
        if status == 200 and response.status_code == 302:
            return self.open(urljoin(url, response.url))
        page = Page(self, url, response)
        assert response.status_code == status, f"{url} answered {response.status_code}, not {status}:\n{page.text}"
        return page

    def waiting(self):
        """The rows of 工作台; a line that stands for several is opened."""
        found = []
        for text, href in self.open("/").read.rows:
            kind = href.startswith(("?kind=", "/?kind="))
            found += self.open(f"/{urldefrag(href).url.lstrip('/')}").read.rows if kind else [(text, href)]
        return found

    def task(self, words, within=""):
        """From 工作台: the first task with these words, opened."""
        rows = self.waiting()
        found = [href for text, href in rows if words in text and within in href]
        assert found, f"{self.user} has no task “{words}”: {rows}"
        return self.open(urldefrag(found[0]).url)

    def idle(self, words):
        """工作台 does not ask this person for it."""
        rows = self.waiting()
        assert not [text for text, _ in rows if words in text], f"{self.user} is asked for “{words}”: {rows}"
