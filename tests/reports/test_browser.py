"""The report as a browser shows it and as paper takes it."""

import base64
import io
import json
import re
import shutil
import unicodedata

import pypdf
import pytest

NARROW, WIDE = 390, 1300
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# contrast of every text against the first background behind it, by WCAG 2.2
CONTRASTS = """
const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
const linear = (c) => c <= 10.31475 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4;
const light = (colour) => {
  const [r, g, b] = channels(colour).map(linear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (one) => {
  for (; one; one = one.parentElement) {
    const colour = getComputedStyle(one).backgroundColor;
    if ((channels(colour)[3] ?? 1) > 0) return colour;
  }
  return "rgb(255, 255, 255)";
};
const own = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
return [...document.body.querySelectorAll("*")].filter(own).map((one) => {
  const pair = [light(getComputedStyle(one).color), light(behind(one))];
  return [(Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05), one.tagName, one.textContent.slice(0, 40)];
});
"""


@pytest.fixture(scope="module")
def browser():
    webdriver = pytest.importorskip("selenium.webdriver")
    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip(f"a browser test needs chromedriver and one of {', '.join(BROWSERS)} on PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield chrome
    chrome.quit()


@pytest.fixture(params=["stored_run", "stored_runs", "solver_study"])
def page(request, run_page):
    """The report of each kind."""
    return request.getfixturevalue(request.param) / "report.html"


@pytest.fixture
def shown(browser, page):
    """The page in a wide window, freshly loaded."""
    return show(browser, page)


def show(browser, page, *, width=WIDE, scheme="light"):
    settings = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", settings)
    wanted = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)
    browser.get(page.as_uri())
    return browser


def test_it_loads_without_a_request_or_a_complaint(browser, page):
    browser.get_log("performance"), browser.get_log("browser")
    show(browser, page)
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
    assert [url for url in sent if not url.startswith("data:")] == [page.as_uri()]
    assert browser.get_log("browser") == []
    broken = "return [...document.images].filter((one) => !one.complete || !one.naturalWidth).map((one) => one.alt)"
    assert browser.execute_script(broken) == []


def test_links_of_the_contents_lead_to_their_sections(shown):
    for link in shown.find_elements("css selector", "nav a"):
        link.click()
        anchor = link.get_attribute("href").split("#")[1]
        top = shown.execute_script("return document.getElementById(arguments[0]).getBoundingClientRect().top", anchor)
        end = shown.execute_script("return innerHeight + scrollY >= document.documentElement.scrollHeight - 1")
        assert -1 <= top < 120 or end
        assert link.is_displayed()  # the contents stay in sight


def test_details_open(shown):
    details = shown.find_elements("css selector", "main details")
    assert details
    for one in details:
        assert one.get_property("open") is False
        one.find_element("css selector", "summary").click()
        assert one.get_property("open") is True
        assert one.find_element("css selector", ".inside").is_displayed()


@pytest.mark.parametrize("width", [NARROW, 800, WIDE])
def test_the_page_never_scrolls_sideways(browser, page, width):
    show(browser, page, width=width)
    browser.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert browser.execute_script("return document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_is_legible(browser, page, scheme):
    show(browser, page, scheme=scheme)
    background = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    contrasts = browser.execute_script(CONTRASTS)
    assert len(contrasts) > 100
    assert [one for one in contrasts if one[0] < 4.5] == []


def test_paper_holds_everything(shown):
    titles = shown.execute_script(
        "return [...document.querySelectorAll('h2, h3, summary')].map((one) => one.textContent)"
    )
    rows = shown.execute_script(
        "return [...document.querySelectorAll('details tbody th')].map((one) => one.textContent)"
    )
    printed = shown.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
    reader = pypdf.PdfReader(io.BytesIO(base64.b64decode(printed)))
    text = squeezed("".join(leaf.extract_text() for leaf in reader.pages))
    for title in (*titles, *rows):
        assert squeezed(title) in text, title
    closed = shown.execute_script("return document.querySelectorAll('details[open]').length")
    assert closed == 0  # as the reader left them


@pytest.mark.parametrize(("width", "media"), [(NARROW, "screen"), (WIDE, "screen"), (700, "print")])
def test_figures_are_large_enough_to_read(browser, page, width, media):
    show(browser, page, width=width)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})
    figures = "figure:not(.moving) img" if media == "print" else "figure img"  # a film cannot be printed
    widths = browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((one) => one.clientWidth)", figures
    )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert min(widths) >= min(300, width - 50)


def squeezed(text):
    """Text without white space, which paper puts elsewhere, and without ligatures."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
