"""EMAIL_URL and SITE_URL: what they say, and what stops the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", ("", 25, "", "", False, False)),
        ("smtp://mail.example.com", ("mail.example.com", 25, "", "", False, False)),
        ("smtp+tls://a%40b:p%3Aw@mail.example.com", ("mail.example.com", 587, "a@b", "p:w", True, False)),
        ("smtps://a:b@mail.example.com:4650", ("mail.example.com", 4650, "a", "b", False, True)),
    ],
)
def test_a_mail_host_is_read_from_its_address(monkeypatch, url, expected):
    monkeypatch.setenv("EMAIL_URL", url)

    assert environment.mail("EMAIL_URL") == expected


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://mail:abc"])
def test_a_misspelt_mail_host_stops_the_start_without_quoting_a_password(monkeypatch, url):
    monkeypatch.setenv("EMAIL_URL", url)

    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL 应为"):
        environment.mail("EMAIL_URL")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("https://jixiao.example.com/", "https://jixiao.example.com"),
        ("https://jixiao.example.com:8443", "https://jixiao.example.com:8443"),
    ],
)
def test_the_address_of_the_system_is_read(monkeypatch, value, expected):
    monkeypatch.setenv("SITE_URL", value)

    assert environment.site("SITE_URL", production=True) == expected


@pytest.mark.parametrize(
    "value",
    [
        "jixiao.example.com",
        "ftp://jixiao.example.com",
        "https://",
        "https://jixiao.example.com/jixiao",
        "https://jixiao.example.com?a=1",
        "https://a:b@jixiao.example.com",
        "https://jixiao.example.com:abc",
        "https://jixiao example.com",
    ],
)
def test_a_misspelt_address_of_the_system_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("SITE_URL", value)

    with pytest.raises(ImproperlyConfigured, match="SITE_URL 只写协议和主机") as caught:
        environment.site("SITE_URL", production=False)
    assert "a:b" not in str(caught.value)


def test_mail_of_a_system_in_earnest_never_leads_to_an_open_line(monkeypatch):
    monkeypatch.setenv("SITE_URL", "http://jixiao.example.com")

    assert environment.site("SITE_URL", production=False) == "http://jixiao.example.com"
    with pytest.raises(ImproperlyConfigured, match="必须以 https:// 开头"):
        environment.site("SITE_URL", production=True)
