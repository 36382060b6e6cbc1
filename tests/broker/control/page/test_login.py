"""A browser shows the token once, in a form; then a cookie stands for it that is only its own."""

from __future__ import annotations

import http.client
from urllib.parse import urlencode, urlsplit

import pytest

from wirekafka.control.page.login import place_after_login

TOKEN = "s&cret <tökén>"


class Browser:
    """Keeps the cookie and says where it comes from, as browsers do."""

    def __init__(self, controlled) -> None:
        self.address = urlsplit(controlled.port.url).netloc
        self.cookie: str | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str):
        connection = http.client.HTTPConnection(self.address, timeout=20)
        if self.cookie is not None:
            headers = {"Cookie": self.cookie, **headers}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.body = answer.read().decode()
        connection.close()
        return answer

    def log_in(self, token: str, **headers: str):
        form = urlencode({"token": token, "next": "/ui/topics"}).encode()
        headers = {"Origin": f"http://{self.address}", **headers}
        answer = self.ask("POST", "/ui/login", form, **headers)
        self.cookie = (answer.headers["set-cookie"] or "").partition(";")[0] or None
        return answer


@pytest.fixture
def browser(start_controlled) -> Browser:
    return Browser(start_controlled(token=TOKEN))


def test_without_the_token_there_is_only_the_form(browser):
    for path in ("/ui", "/ui/topics/secret-topic", "/ui/requests", "/ui/nothing"):
        answer = browser.ask("GET", path, Accept="text/html")
        assert answer.status == 401
        assert 'type="password"' in answer.body
        assert browser.address not in answer.body
    assert browser.ask("GET", "/ui/topics?q=1").body.count('value="/ui/topics?q=1"') == 1


def test_the_wrong_token_is_refused_and_sets_no_cookie(browser):
    for wrong in ("", "wrong", TOKEN + "x"):
        answer = browser.log_in(wrong)
        assert answer.status == 401
        assert answer.headers["set-cookie"] is None


def test_the_token_opens_the_pages_and_the_routes(browser):
    answer = browser.log_in(TOKEN)
    assert (answer.status, answer.headers["location"]) == (303, "/ui/topics")
    attributes = answer.headers["set-cookie"].lower()
    assert "httponly" in attributes
    assert "samesite=strict" in attributes
    assert TOKEN not in answer.headers["set-cookie"]
    assert browser.ask("GET", "/ui/topics").status == 200
    assert browser.ask("GET", "/ready").status == 200
    own = {"Origin": f"http://{browser.address}"}
    assert browser.ask("POST", "/reset", b"{}", **own).status == 200


def test_the_cookie_is_worth_nothing_to_a_page_of_another_origin(browser):
    """Another port of this host is the same site to a browser, which then sends the cookie."""
    browser.log_in(TOKEN)
    for origin in ("http://evil.example", "http://127.0.0.1:1", "null", "https://x"):
        assert browser.ask("POST", "/reset", b"{}", Origin=origin).status == 401
        assert browser.ask("GET", "/groups", Origin=origin).status == 401
    assert browser.ask("POST", "/reset", b"{}").status == 401
    assert browser.ask("DELETE", "/faults").status == 401


def test_another_sites_page_cannot_log_a_browser_in(browser):
    answer = browser.log_in(TOKEN, Origin="http://evil.example")
    assert answer.status == 403
    assert browser.address not in answer.body
    assert browser.cookie is None


def test_an_invented_cookie_is_refused(browser):
    browser.log_in(TOKEN)
    name = browser.cookie.partition("=")[0]
    for value in ("", "x", TOKEN.encode().hex()):
        browser.cookie = f"{name}={value}"
        assert browser.ask("GET", "/ui").status == 401


def test_logging_out_takes_the_cookie_back(browser):
    browser.log_in(TOKEN)
    answer = browser.ask("POST", "/ui/logout", Origin=f"http://{browser.address}")
    assert answer.status == 303
    assert "max-age=0" in answer.headers["set-cookie"].lower()


def test_a_form_that_is_too_large_is_no_login(browser):
    assert browser.log_in("x" * 10_000).status == 401


def test_without_a_token_there_is_nothing_to_log_in_to(shared):
    browser = Browser(shared)
    assert browser.log_in("anything").headers["location"] == "/ui"
    assert browser.cookie is None
    assert browser.ask("GET", "/ui").status == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/ui",
        "http://evil.example/ui",
        "/\\evil.example",
        "\\\\evil.example/ui",
        "/reset",
        "javascript:alert(1)",
        "/ui/\r\nSet-Cookie: a=b",
        "/ui/\\evil.example",
        "/uix",
        "http://[",
        "",
        "ui",
    ],
)
def test_a_login_leads_to_a_page_of_ours(wanted):
    assert place_after_login(wanted) == "/ui"


@pytest.mark.parametrize("wanted", ["/ui", "/ui/topics/a?partition=1&view=hex"])
def test_a_login_leads_back_to_where_it_was_asked_for(wanted):
    assert place_after_login(wanted) == wanted
