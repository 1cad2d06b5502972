"""The report as a browser shows it and as paper takes it."""

import base64
import io
import json
import re
import shutil
import unicodedata

import numpy as np
import pandas as pd
import pypdf
import pytest

from bayesnet import Network
from tests.studies.command import call

pytestmark = pytest.mark.heavy

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


@pytest.fixture(scope="module")
def run_page(drawn_run):
    """The report of one run, with its figures."""
    return drawn_run / "report.html"


@pytest.fixture(params=["drawn_run", "drawn_runs", pytest.param("solver_study", marks=pytest.mark.slow)])
def page(request):
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


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory):
    """The report of a real run whose columns bear names that want to be markup, formulas, or wide."""
    folder = tmp_path_factory.mktemp("hostile")
    names = ['<img src=x onerror="document.title=1">', "</script><b>", "=1+1", "[/red] \N{VOLCANO}", "x" * 100, "a, b"]
    rng = np.random.default_rng(0)
    features = rng.normal(size=(80, len(names)))
    table = pd.DataFrame(features, columns=names).assign(label=(features[:, 0] > rng.normal(size=80)).astype(int))
    table.to_csv(folder / "<i>.csv", index=False)
    words = ("run", "rupture", "--data", folder / "<i>.csv", "--methods", "majority,logistic,mlp", "--quick", "--out")
    with pytest.MonkeyPatch.context() as patch:
        by_input = ("alone", "inputs", "importance", "importance_groups", "partial_dependence", "uncertainty")
        patch.setattr(Network, "parts", {"Inputs": by_input, "Data": ("catalogue",), "Fits": ("cost", "diagnostics")})
        assert call(*words, folder / "out") == 0
    return folder / "out" / "report.html"


@pytest.mark.slow  # a real run; `test_view` draws such names by hand
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_names_are_text_whatever_they_say(browser, hostile_page, width):
    show(browser, hostile_page, width=width)
    browser.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert browser.title == "rupture"
    assert browser.find_elements("css selector", "img[src='x'], b") == []
    assert "<img src=x onerror=" in browser.find_element("tag name", "main").text
    assert browser.execute_script("return document.documentElement.scrollWidth - innerWidth") <= 0
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_is_legible(browser, page, scheme):
    show(browser, page, scheme=scheme)
    background = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    contrasts = browser.execute_script(CONTRASTS)
    assert len(contrasts) > 100
    assert [one for one in contrasts if one[0] < 4.5] == []


@pytest.fixture(scope="module")
def leaves(browser):
    """Text of each leaf of paper that a page is printed on, printed once."""
    known = {}

    def of(page) -> list[str]:
        if page not in known:
            show(browser, page)
            printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
            reader = pypdf.PdfReader(io.BytesIO(base64.b64decode(printed)))
            known[page] = [squeezed(leaf.extract_text()) for leaf in reader.pages]
            closed = browser.execute_script("return document.querySelectorAll('details[open]').length")
            assert closed == 0  # as the reader left them
        return known[page]

    return of


def test_paper_holds_everything(shown, page, leaves):
    titles = shown.execute_script(
        "return [...document.querySelectorAll('h2, h3, summary')].map((one) => one.textContent)"
    )
    rows = shown.execute_script(
        "return [...document.querySelectorAll('details tbody th')].map((one) => one.textContent)"
    )
    text = "".join(leaves(page))
    for title in (*titles, *rows):
        assert squeezed(title) in text, title


@pytest.mark.parametrize(("width", "media"), [(NARROW, "screen"), (WIDE, "screen"), (700, "print")])
def test_figures_are_large_enough_to_read(browser, page, width, media):
    show(browser, page, width=width)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})
    figures = "figure:not(.moving) .card > img" if media == "print" else ".card:not(.stacked) > img"  # no film on paper
    widths = browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((one) => one.clientWidth)", figures
    )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert min(widths) >= min(300, width - 50)


def test_a_heading_stays_with_its_content_on_paper(browser, run_page, leaves):
    show(browser, run_page)
    headings = browser.execute_script(
        "return [...document.querySelectorAll('h2, h3, summary, .title')].map((one) => one.textContent)"
    )
    ends = [one for one in map(squeezed, headings) if len(one) > 8]
    assert [(place, one) for place, leaf in enumerate(leaves(run_page)) for one in ends if leaf.endswith(one)] == []


@pytest.fixture
def run(browser, run_page):
    """The page of one run in a wide window."""
    return show(browser, run_page)


def test_a_dot_under_the_pointer_tells_its_row(run):
    card = run.find_element("css selector", "#figure-score-scatter .card")
    run.execute_script("arguments[0].scrollIntoView({block: 'center'})", card)
    dots = json.loads(card.get_attribute("data-dots"))
    (left, top, right, bottom), (x, y) = dots["panels"][0], dots["places"][0][0]
    box = run.execute_script(
        "const b = arguments[0].firstElementChild.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]",
        card,
    )
    at = box[0] + box[2] * (left + x * (right - left)), box[1] + box[3] * (top + y * (bottom - top))
    run.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": at[0], "y": at[1]})
    tip = card.find_element("css selector", ".tip")
    same = [text for text, place in zip(dots["texts"], dots["places"][0], strict=True) if place == dots["places"][0][0]]
    assert tip.is_displayed()
    assert tip.get_property("textContent") in same
    run.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 2, "y": 2})
    assert not tip.is_displayed()


def test_a_table_of_rows_sorts_down_up_and_back(run):
    details = run.find_element("id", "rows-uncertain")
    details.find_element("css selector", "summary").click()
    cells = "return [...arguments[0].querySelectorAll('tbody tr')].map((row) => parseFloat(row.cells[2].textContent))"
    before = run.execute_script(cells, details)
    button = details.find_elements("css selector", "thead button")[2]
    orders = []
    for _ in range(3):
        button.click()
        orders.append(run.execute_script(cells, details))
    assert orders == [sorted(before, reverse=True), sorted(before), before]
    assert before != sorted(before)
    button.send_keys("\ue007")  # and by keyboard
    assert run.execute_script(cells, details) == orders[0]
    head = details.find_elements("css selector", "thead th")[2]
    assert head.get_attribute("aria-sort") == "descending"


def test_methods_are_hidden_and_shown(run):
    shown = (
        "return [...document.querySelectorAll('main tr')].filter((row) => row.offsetParent).map((row) => row.innerText)"
    )
    drawn = "return document.querySelector('#figure-importance img').src"
    rows, source = run.execute_script(shown), run.execute_script(drawn)
    box = run.find_element("css selector", "#methods input[value=ADVI]")
    box.click()
    assert any("ADVI" in row for row in rows)
    assert not [row for row in run.execute_script(shown) if re.match(r"(.*\t)?ADVI(\t|$)", row)]
    svg = base64.b64decode(run.execute_script(drawn).split(",")[1]).decode()
    assert "[style*=" in svg
    assert browser_complains_of_nothing(run)
    box.click()
    assert run.execute_script(shown) == rows
    assert run.execute_script(drawn) == source


def browser_complains_of_nothing(run):
    return run.get_log("browser") == []


def test_panels_stack_on_a_narrow_screen_and_come_back(browser, run_page):
    show(browser, run_page, width=NARROW)
    cards = browser.find_elements("css selector", "[data-pieces]")
    assert cards
    for card in cards:
        assert not card.find_element("css selector", ":scope > img").is_displayed()
        assert card.find_elements("css selector", ".piece")
    lines = "return [...document.querySelectorAll('.beside')].map((one) => one.scrollWidth - one.clientWidth)"
    assert max(browser.execute_script(lines)) <= 1
    show(browser, run_page)
    assert browser.find_elements("css selector", ".piece") == []


def test_the_keyboard_skips_to_the_content_and_stops_only_where_something_scrolls(browser, run_page):
    show(browser, run_page, width=NARROW)
    press(browser, "Tab")
    assert browser.execute_script("return document.activeElement.className") == "skip"
    press(browser, "Enter")
    assert browser.execute_script("return location.hash") == "#verdict"
    needless = browser.execute_script(
        "return [...document.querySelectorAll('[tabindex=\"0\"]')].filter((one) => one.scrollWidth <= one.clientWidth)"
    )
    assert needless == []
    scrolling = browser.execute_script(
        "return [...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth + 1)"
        ".map((one) => one.tabIndex)"
    )
    assert set(scrolling) == {0}


def press(browser, key):
    codes = {"Tab": 9, "Enter": 13}
    event = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]} | ({"text": "\r"} if key == "Enter" else {})
    for kind in ("keyDown", "keyUp"):
        browser.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": kind} | event)


def test_the_contents_mark_the_section_that_is_read(run):
    run.execute_script("document.getElementById('agreement').scrollIntoView()")
    marked = "return [...document.querySelectorAll('nav [aria-current]')].map((one) => one.hash)"
    run.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert run.execute_script(marked) == ["#agreement"]


def test_a_link_to_what_is_folded_opens_it(run):
    link = run.find_element("css selector", "#verdict a[href='#figure-path-products']")
    link.click()
    assert run.find_element("id", "figure-path-products").is_displayed()


def squeezed(text):
    """Text without white space, which paper puts elsewhere, and without ligatures."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
