"use strict";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (tag, name, text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });
const NARROW = matchMedia("screen and (max-width: 52rem)");

// Paper has nothing to click on: everything is open while it is printed.
let opened = [];
addEventListener("beforeprint", () => { opened = all("details:not([open])"); opened.forEach((one) => { one.open = true; }); });
addEventListener("afterprint", () => { opened.forEach((one) => { one.open = false; }); });

// A link to what is inside closed details opens them.
const show = () => {
  const target = document.getElementById(location.hash.slice(1));
  for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  if (target) target.scrollIntoView();
};

// What scrolls sideways can be reached by keyboard, and nothing else that only holds content.
const stops = () => all(".scroll, .card, pre").forEach((one) => {
  if (one.scrollWidth > one.clientWidth + 1) one.tabIndex = 0; else one.removeAttribute("tabindex");
});

// The contents mark the section that is being read.
const current = () => {
  const sections = all("main > section");
  const above = sections.filter((one) => one.getBoundingClientRect().top < innerHeight / 3);
  const end = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  const read = end ? sections.at(-1) : above.at(-1) ?? sections[0];
  all("nav a").forEach((link) => {
    if (link.hash === `#${read.id}`) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  });
};

// Tables of many rows sort by a column: down, up, and as they were.
const value = (cell) => {
  const text = cell.textContent.trim().replace("\u2212", "-");
  return /^-?[\d.]/.test(text) ? parseFloat(text) : text === "\u2013" ? NaN : text;
};
const compare = (a, b) => {
  if (Number.isNaN(a) || Number.isNaN(b)) return 0;
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
};
const sort = (table, column, direction) => {
  const rows = [...table.rows].slice(1);
  const place = (row) => Number(row.dataset.place);
  const absent = (row) => Number.isNaN(value(row.cells[column]));  // last, whichever way
  rows.sort((a, b) => direction === 0 ? place(a) - place(b)
    : absent(a) - absent(b) || direction * compare(value(a.cells[column]), value(b.cells[column])) || place(a) - place(b));
  table.tBodies[0].append(...rows);
};
const sortable = (table) => {
  const rows = [...table.rows].slice(1);
  rows.forEach((row, place) => { row.dataset.place = place; });
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = make("button", "sort", head.textContent);
    button.title = "sort";
    button.addEventListener("click", () => {
      const next = { descending: 1, ascending: 0 }[head.getAttribute("aria-sort")] ?? -1;
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      if (next) head.setAttribute("aria-sort", next < 0 ? "descending" : "ascending");
      sort(table, column, next);
    });
    head.replaceChildren(button);
  });
};

// Methods that are not ticked are hidden on the screen: their rows, their columns and their marks in drawn figures.
const ofMethod = (cell, names) => cell.textContent.split(" \u2212 ").some((one) => names.has(one.trim()));
const hideInTable = (table, names, known) => {
  all(".off", table).forEach((one) => one.classList.remove("off"));
  const heads = table.tHead ? [...table.tHead.rows[0].cells] : [];
  heads.forEach((head, column) => {
    if (ofMethod(head, names)) [...table.rows].forEach((row) => row.cells[column].classList.add("off"));
  });
  [...table.rows].slice(heads.length ? 1 : 0).forEach((row) => {
    if ([...row.cells].slice(0, 2).some((cell) => ofMethod(cell, names))) row.classList.add("off");
  });
};
const SVG = "data:image/svg+xml;base64,";
const hideInFigure = (img, colours) => {
  img.dataset.whole ??= img.src;
  if (!img.dataset.whole.startsWith(SVG)) return;
  const rules = colours.map((one) => `[style*="${one.toLowerCase()}"]{visibility:hidden}`).join("");
  const drawn = new TextDecoder().decode(Uint8Array.from(atob(img.dataset.whole.slice(SVG.length)), (c) => c.charCodeAt(0)));
  const bytes = new TextEncoder().encode(drawn.replace(">", `><style>${rules}</style>`));
  img.src = colours.length ? SVG + btoa(Array.from(bytes, (c) => String.fromCharCode(c)).join("")) : img.dataset.whole;
};
const choose = () => {
  const off = all("#methods input:not(:checked)");
  const names = new Set(off.map((one) => one.value));
  all("main table").forEach((table) => hideInTable(table, names));
  all("main img").forEach((img) => hideInFigure(img, off.map((one) => one.dataset.colour)));
  stops();
};

// A dot under the pointer tells its row.
const near = 12;  // pixels
const tell = (card, dots, event) => {
  const box = card.querySelector("img").getBoundingClientRect();
  const found = { distance: near };
  dots.panels.forEach(([left, top, right, bottom], panel) => dots.places[panel].forEach(([x, y], row) => {
    const at = [(left + x * (right - left)) * box.width, (top + y * (bottom - top)) * box.height];
    const distance = Math.hypot(event.clientX - box.left - at[0], event.clientY - box.top - at[1]);
    if (distance < found.distance) Object.assign(found, { distance, row, at });
  }));
  const tip = card.querySelector(".tip") ?? card.appendChild(make("div", "tip"));
  const ring = card.querySelector(".ring") ?? card.appendChild(make("div", "ring"));
  tip.hidden = ring.hidden = found.row === undefined;
  if (tip.hidden) return;
  tip.textContent = dots.texts[found.row];
  const [x, y] = [found.at[0] + card.firstElementChild.offsetLeft, found.at[1] + card.firstElementChild.offsetTop];
  Object.assign(ring.style, { left: `${x}px`, top: `${y}px` });
  Object.assign(tip.style, { left: `${Math.max(0, Math.min(x + 12, card.clientWidth - tip.offsetWidth))}px`, top: `${y + 12}px` });
};
const telling = (card) => {
  const dots = JSON.parse(card.dataset.dots);
  const quiet = () => all(".tip, .ring", card).forEach((one) => { one.hidden = true; });
  card.addEventListener("pointermove", (event) => tell(card, dots, event));
  card.addEventListener("pointerdown", (event) => tell(card, dots, event));
  card.addEventListener("pointerleave", quiet);
};

// On a narrow screen the panels of a figure stand below each other.
const piece = (img, [left, top, width, height], scale) => {
  const [whole, tall] = [img.width, img.height].map((side, i) => Number(img.getAttribute(i ? "height" : "width")) * scale);
  const part = make("span", "piece");
  const copy = part.appendChild(new Image());
  Object.assign(part.style, { width: `${width * whole}px`, height: `${height * tall}px` });
  Object.assign(copy.style, { width: `${whole}px`, height: `${tall}px`, left: `${-left * whole}px`, top: `${-top * tall}px` });
  copy.alt = "";
  copy.src = img.src;
  return part;
};
const stack = (card) => {
  const img = card.querySelector("img");
  card.querySelector(".pieces")?.remove();
  card.classList.toggle("stacked", NARROW.matches);
  if (!NARROW.matches) return;
  const pieces = make("div", "pieces");
  pieces.setAttribute("aria-hidden", "true");  // the whole figure is there for who cannot see it
  const room = card.clientWidth - 18;
  JSON.parse(card.dataset.pieces).forEach((beside) => {
    const drawn = beside.reduce((sum, one) => sum + one[2], 0) * Number(img.getAttribute("width"));
    const line = pieces.appendChild(make("div", "beside"));
    const tall = Math.max(...beside.map((one) => one[3])) * Number(img.getAttribute("height"));
    line.append(...beside.map((one) => piece(img, one, Math.min(1.25, room / drawn, 600 / tall))));
  });
  card.append(pieces);
};
const stackAll = () => { all("[data-pieces]").forEach(stack); stops(); };

addEventListener("DOMContentLoaded", () => {
  all("table").filter((one) => one.tHead && one.tBodies[0].rows.length >= 8).forEach(sortable);
  all("[data-dots]").forEach(telling);
  all("#methods").forEach((one) => { one.hidden = false; one.addEventListener("change", () => { choose(); stackAll(); }); });
  all("details").forEach((one) => one.addEventListener("toggle", stackAll));
  NARROW.addEventListener("change", stackAll);
  stackAll();
  show();
  current();
});
addEventListener("load", stops);
addEventListener("resize", stops);
addEventListener("hashchange", show);
addEventListener("scroll", current, { passive: true });
