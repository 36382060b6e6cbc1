"""A headless Chromium, driven by the DevTools protocol over two pipes: no port, no further package.

    with Chromium(path, profile) as browser:
        page = browser.page(width=1280, height=800)
        page.open(url)
        page.click("#add")
        page.wait("document.querySelector('.toast')")
        page.errors, page.requested

Every wait is in the browser, as a promise with a limit; nothing here sleeps. A page notes what its
console said and which addresses it asked for.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

LIMIT_S = 30
"""For the answer to any command; Chromium starts slowly on a busy machine."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)

# Chromium reads commands from descriptor 3 and answers on 4. They are put there in a process of
# its own, where nothing else can have these numbers yet, which then becomes Chromium.
_LAUNCHER = """
import fcntl, os, sys
pair = [fcntl.fcntl(int(text), fcntl.F_DUPFD, 10) for text in sys.argv[1:3]]
for number, descriptor in zip((3, 4), pair):
    os.dup2(descriptor, number)
os.execv(sys.argv[3], sys.argv[3:])
"""


def find() -> str | None:
    """The browser that is installed here."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class BrowserError(Exception):
    """The browser refused a command, or did not answer."""


class Chromium:
    """A running browser, ended by `close`."""

    def __init__(self, path: str, profile: Path) -> None:
        commands, self._write = os.pipe()
        self._read, answers = os.pipe()
        launcher = [sys.executable, "-c", _LAUNCHER, str(commands), str(answers)]
        self._process = subprocess.Popen(
            [*launcher, path, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(commands, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        self._received = b""
        self._count = 0
        self._pages: dict[str, Page] = {}

    def __enter__(self) -> Chromium:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the browser and wait for it."""
        with contextlib.suppress(BrowserError, OSError):
            self.call("Browser.close")
        os.close(self._write)
        try:
            self._process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)

    def page(self, *, width: int = 1280, height: int = 800, dark: bool = False) -> Page:
        """A new tab."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, target, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.resize(width, height)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        page.call("Emulation.setEmulatedMedia", features=[scheme])
        return page

    def call(self, method: str, session: str | None = None, **params: Any) -> Any:
        """The result of a command. Raises BrowserError."""
        self._count += 1
        number = self._count
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + LIMIT_S
        while True:
            told = self._next(deadline)
            if told.get("id") == number:
                if "error" in told:
                    raise BrowserError(f"{method}: {told['error']['message']}")
                return told["result"]
            if told.get("sessionId") in self._pages:
                self._pages[told["sessionId"]].hear(told["method"], told["params"])

    def _next(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._received:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._read], [], [], left)[0]:
                raise BrowserError("the browser does not answer")
            piece = os.read(self._read, 1 << 20)
            if not piece:
                raise BrowserError("the browser has ended")
            self._received += piece
        message, _, self._received = self._received.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


class Page:
    """A tab. `errors` is what its console complained of, `requested` the addresses of all files
    that it asked for."""

    def __init__(self, browser: Chromium, target: str, session: str) -> None:
        self._browser = browser
        self._target = target
        self._session = session
        self.errors: list[str] = []
        self.requested: list[str] = []

    def close(self) -> None:
        """It asks for nothing more."""
        self._browser.call("Target.closeTarget", targetId=self._target)

    def call(self, method: str, **params: Any) -> Any:
        """A command to this tab."""
        return self._browser.call(method, self._session, **params)

    def hear(self, method: str, params: dict[str, Any]) -> None:
        """What the browser tells of the tab."""
        if method == "Network.requestWillBeSent":
            self.requested.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.errors.append(str(params["exceptionDetails"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.errors.append(str(params["args"]))

    def resize(self, width: int, height: int) -> None:
        """The window, in CSS pixels."""
        metrics = {"deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, **metrics)

    def open(self, url: str) -> None:
        """Go there; returns when everything is loaded."""
        # The mark goes with the old document, so what is waited for is the new one.
        self.run("window.isOld = true")
        error = self.call("Page.navigate", url=url).get("errorText")
        if error is not None:
            raise BrowserError(f"{url}: {error}")
        self.wait("!window.isOld && document.readyState === 'complete'")

    def run(self, expression: str) -> Any:
        """Its value, as JSON has it; a promise is awaited. Raises BrowserError."""
        told = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in told:
            raise BrowserError(json.dumps(told["exceptionDetails"]))
        return told["result"].get("value")

    def wait(self, condition: str) -> Any:
        """Until the expression is true; a document that goes away meanwhile is no obstacle."""
        look = (
            "new Promise((resolve, reject) => { const end = Date.now() + 5000;"
            f"const look = () => {{ let found = null; try {{ found = {condition}; }} catch {{}}"
            "if (found) resolve(true); else if (Date.now() > end) resolve(false);"
            "else setTimeout(look, 30); }; look(); })"
        )
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline:
            with contextlib.suppress(BrowserError):
                if self.run(look):
                    return
        raise BrowserError(f"it did not come true: {condition}\n{self.text('body')}")

    def text(self, selector: str) -> str:
        """What is to be read there, "" where nothing is."""
        found = self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")
        return str(found)

    def click(self, selector: str) -> None:
        """With the mouse, in the middle of it, as soon as it can be seen."""
        mouse = self.press_mouse(selector)
        self.release_mouse(mouse)

    def press_mouse(self, selector: str) -> dict[str, Any]:
        """The first half of a click; returns what the second half wants."""
        self.wait(f"document.querySelector({json.dumps(selector)})?.getClientRects().length")
        spot = self.run(
            f"(() => {{ const one = document.querySelector({json.dumps(selector)});"
            # What is aimed at must not move before it is hit; a person would aim again.
            "document.dispatchEvent(new Event('pointerdown'));"
            "one.scrollIntoView({block: 'center'}); const box = one.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        mouse = {"x": spot[0], "y": spot[1], "button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type="mousePressed", **mouse)
        return mouse

    def release_mouse(self, mouse: dict[str, Any]) -> None:
        """The second half of a click."""
        self.call("Input.dispatchMouseEvent", type="mouseReleased", **mouse)

    def fill(self, selector: str, value: str) -> None:
        """A field, as by a person who replaces what is in it."""
        self.run(
            f"(() => {{ const one = document.querySelector({json.dumps(selector)});"
            f"one.focus(); one.value = {json.dumps(value)};"
            "one.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )

    def press(self, key: str, code: int, text: str = "") -> None:
        """A key of the keyboard; `text` is what it writes."""
        known = {"key": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **known)
        self.call("Input.dispatchKeyEvent", type="keyUp", **known)

    def picture(self, *, whole: bool = False) -> bytes:
        """PNG of the window, or of the whole page."""
        self.call("Page.bringToFront")  # a tab behind another one is not painted
        told = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(told["data"])
