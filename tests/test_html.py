"""The page: its source, and what a real browser makes of it."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import shutil
import struct
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from losslint import session
from losslint.discovery import discover
from losslint.finding import Edit, FileError, Finding, Fix, Place, Step
from losslint.report import Report, html, write
from losslint.rule import all_rules
from losslint.settings import Settings
from losslint.source import Source

selenium = pytest.importorskip("selenium")
from axe_core_python.selenium import Axe  # noqa: E402
from selenium import webdriver  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

CHECKOUT = Path(__file__).resolve().parent.parent

EVIL = "</script><script>document.title='run'</script><img src=x onerror=\"document.title='run'\"> \x1b[31m \u202e `a` & \ud800"


def page(report: Report) -> str:
    out = io.StringIO()
    write(report, "html", out, out)
    return out.getvalue()


@pytest.fixture(scope="module")
def real() -> Report:
    os.chdir(CHECKOUT)
    settings = Settings()
    result = session.lint(discover(["fixtures/projects", "fixtures/rules/softmax-without-dim"], settings).files, settings)
    errors = (FileError("broken.py", "syntax error in line 1: '(' was never closed"),)
    return Report(result.findings, errors, result.sources, files=result.statistics.files, rules=all_rules())


@pytest.fixture(scope="module")
def hostile() -> Report:
    path = "a<b>&\"'\x1b\udcff.py"
    code = f"x = '{EVIL}' + loss(\ta)\n"
    source = Source(path, code.encode("utf-8", "surrogatepass"), code)
    place = Place(path, 1, 5, 1, len(code))
    fix = Fix("safe", EVIL, (Edit(place, f"'{EVIL}'"),))
    finding = Finding("LL101", EVIL, "error", EVIL, place, (Step(place, EVIL), Step(place, EVIL)), fix, EVIL)
    return Report((finding, finding), (FileError(path, EVIL),), {path: source}, files=1, rules=all_rules())


@pytest.fixture(scope="module")
def pages(real: Report, hostile: Report, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    written = {}
    for name, report in {"real": real, "hostile": hostile, "empty": Report((), files=3)}.items():
        written[name] = folder / f"{name}.html"
        written[name].write_text(page(report), encoding="utf-8")
    return written


# ------------------------------------------------------------------------------------------------------------ the source


class Reader(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    VOID = frozenset({"meta", "wbr", "br", "link", "img", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.styles: list[str] = []
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        {"style": self.styles, "script": self.scripts}.get(inside, self.texts).append(data)


def test_the_source(real: Report, hostile: Report) -> None:
    for report in (real, hostile, Report(())):
        text = page(report)
        assert text.isascii()
        read = Reader(text)
        names = {name for _, attributes in read.tags for name in attributes}
        assert not {name for name in names if name.startswith("on")} | (names & {"style", "src", "srcset"})
        assert {tag for tag, _ in read.tags} & {"link", "img", "iframe", "object", "embed", "base"} == set()
        links = [attributes["href"] or "" for tag, attributes in read.tags if tag == "a"]
        assert all(link.startswith(("#", "https://")) for link in links)
        ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
        assert len(set(ids)) == len(ids)
        assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
        # The policy lets in this style and this script, and nothing else.
        (policy,) = [a["content"] or "" for t, a in read.tags if a.get("http-equiv") == "Content-Security-Policy"]
        for kind, (content,) in (("style", read.styles), ("script", read.scripts)):
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in policy
            assert not re.search(r"https?:|@import|url\(", content)
        assert policy.startswith("default-src 'none'; ")


def test_each_finding_is_whole(real: Report) -> None:
    text = page(real)
    articles = re.findall(r'<article class="finding.*?</article>', text, re.DOTALL)
    assert len(articles) == len(real.findings)
    for article, finding in zip(articles, real.findings, strict=True):
        assert article.count('<li class="step') == len(finding.trace)
        assert article.count('<pre class="frame">') == max(1, len(finding.trace))
        assert article.count("<mark>") >= max(1, len(finding.trace))
        assert article.count('<pre class="diff">') == len(finding.fixes)
        assert f'href="#rule-{finding.code}"' in article
    for code in {finding.code for finding in real.findings}:
        (rule,) = re.findall(rf'<article class="rule" aria-labelledby="rule-{code}">.*?</article>', text, re.DOTALL)
        for heading in ("What it does", "Why is this bad?", "Use instead", "Fix safety", "References"):
            assert f"<h4>{heading}</h4>" in rule


def test_a_message_with_code() -> None:
    assert html._prose("Set `a<b`, or `c`") == "Set <code>a&lt;b</code>, or <code>c</code>"
    assert html._prose("An odd ` and `a` one") == "An odd <code> and </code>a` one"
    assert html._prose("one `") == "one `"


# ------------------------------------------------------------------------------------------------------------ the browser

BROWSER, DRIVER = shutil.which("chromium") or shutil.which("chrome"), shutil.which("chromedriver")
needs_browser = pytest.mark.skipif(
    not (BROWSER and DRIVER), reason="needs a browser: Debian's packages chromium and chromium-driver"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    profile = tmp_path_factory.mktemp("profile")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={profile}")
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


def show(browser: webdriver.Chrome, path: Path, *, width: int = 1200, height: int = 900, dark: bool = False) -> None:
    """Open a page, as it is in a new window."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(path.as_uri())
    browser.execute_script("localStorage.clear()")
    browser.get("about:blank")
    browser.get(path.as_uri())


@needs_browser
@pytest.mark.parametrize("name", ["real", "hostile", "empty"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_is_loaded_or_run_and_everybody_can_read_it(
    browser: webdriver.Chrome, pages: dict[str, Path], name: str, dark: bool
) -> None:
    show(browser, pages[name], dark=dark)
    assert browser.get_log("browser") == []  # what the policy stopped would be here
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.title.startswith("losslint: ")
    assert len(browser.find_elements(By.TAG_NAME, "script")) == 1
    found = Axe().run(browser)
    assert [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found["violations"]] == []
    assert found["passes"]


@needs_browser
@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_picture_of_it(
    browser: webdriver.Chrome, pages: dict[str, Path], tmp_path: Path, width: int, dark: bool
) -> None:
    """It fits the window's width, and the marks, the arrows and the diffs are there to be seen, in their colours."""
    show(browser, pages["real"], width=width, dark=dark)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    (tmp_path / "page.png").write_bytes(picture(browser, "body"))
    step, diff = colours(picture(browser, ".step")), colours(picture(browser, ".diff"))
    card, mark, rail, deleted, inserted = (
        ("161b22", "5c4700", "566273", "3b1a1a", "12301d")
        if dark
        else ("ffffff", "ffe8a3", "a9b4c2", "fde8e6", "e3f6e6")
    )
    assert step[card] > 1000
    assert step[mark] > 100
    assert step[rail] > 50
    assert diff[deleted] > 1000
    assert diff[inserted] > 1000


def picture(browser: webdriver.Chrome, selector: str) -> bytes:
    """A picture of an element, wherever on the page it is."""
    box = browser.execute_script(
        "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
        "return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: Math.min(box.height, 4000), scale: 1}",
        selector,
    )
    options = {"format": "png", "clip": box, "captureBeyondViewport": True}
    return base64.b64decode(browser.execute_cdp_cmd("Page.captureScreenshot", options)["data"])


def colours(png: bytes) -> dict[str, int]:
    """How many pixels of each colour are in a picture of 8 bits, as browsers take them."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8 and kind in (2, 6)
    size = 3 if kind == 2 else 4
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    raw, stride = zlib.decompress(data), width * size
    before = bytearray(stride)
    found: dict[str, int] = {}
    for row in range(height):
        start = row * (stride + 1)
        line = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), before, size)
        for pixel in range(0, stride, size):
            colour = line[pixel : pixel + 3].hex()
            found[colour] = found.get(colour, 0) + 1
        before = line
    return found


def _unfiltered(kind: int, line: bytearray, above: bytearray, size: int) -> bytearray:
    for i in range(len(line)):
        a, b, c = (line[i - size], above[i], above[i - size]) if i >= size else (0, above[i], 0)
        if kind == 1:
            predicted = a
        elif kind == 2:
            predicted = b
        elif kind == 3:
            predicted = (a + b) // 2
        elif kind == 4:
            p = a + b - c
            predicted = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        else:
            break
        line[i] = (line[i] + predicted) & 255
    return line


@needs_browser
def test_the_keyboard(browser: webdriver.Chrome, pages: dict[str, Path]) -> None:
    show(browser, pages["real"])
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    skip = browser.switch_to.active_element
    assert skip.text == "Skip to the report"
    assert skip.location["y"] >= 0
    skip.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "main"
    # From there the tab key goes through the links in the order of the page.
    seen = []
    for _ in range(12):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = browser.switch_to.active_element
        seen.append(browser.execute_script("return arguments[0].getBoundingClientRect().top + scrollY", focused))
    assert focused.tag_name in ("a", "select")
    assert len(set(seen)) > 6


@needs_browser
def test_the_switch_of_colours(browser: webdriver.Chrome, pages: dict[str, Path]) -> None:
    def background() -> str:
        value: str = browser.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
        return value

    show(browser, pages["real"])
    light = background()
    button = browser.find_element(By.ID, "theme")
    assert (button.text, button.get_attribute("aria-pressed")) == ("Dark colours", "false")
    button.send_keys(Keys.ENTER)
    assert button.get_attribute("aria-pressed") == "true"
    assert background() != light
    browser.refresh()
    assert background() != light, "the choice is kept"
    browser.find_element(By.ID, "theme").click()
    assert background() == light


@needs_browser
def test_the_filter(browser: webdriver.Chrome, pages: dict[str, Path], real: Report) -> None:
    show(browser, pages["real"])
    findings = browser.find_elements(By.CSS_SELECTOR, ".finding")
    assert all(finding.is_displayed() for finding in findings)
    code = real.findings[0].code
    browser.find_element(By.CSS_SELECTOR, f"select[name=rule] option[value={code}]").click()
    shown = [finding for finding in findings if finding.is_displayed()]
    assert len(shown) == sum(finding.code == code for finding in real.findings) < len(findings)
    assert browser.find_element(By.ID, "shown").text == f"{len(shown)} of {len(findings)} findings"


@needs_browser
def test_without_javascript(browser: webdriver.Chrome, pages: dict[str, Path]) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(pages["real"].as_uri())
        assert browser.find_element(By.CSS_SELECTOR, ".finding").is_displayed()
        assert not browser.find_element(By.ID, "theme").is_displayed()
        assert not browser.find_element(By.ID, "filter").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
