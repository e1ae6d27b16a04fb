// The desk: pictures of the PDF's pages, as they come into view, beside the web edition. After each build only pages
// that are others are loaded again, and what one looks at stays where it is.
import { ask, follow, isOurs, tellPlace, tellProblems, tellWarnings, where } from "./news.js";

const $ = (id) => document.getElementById(id);
const body = document.body;
const pane = $("pages");
const list = $("leaves");
const frame = $("web");
const PHONE = matchMedia("(max-width: 760px)");
const WIDE = 1000; // px: a pane with room for two pages side by side
const WIDEST = 960; // px: a page that is to fill the width grows no wider by itself
const STEP = 200; // px: widths of pictures are multiples, so that not every pixel of a window asks for new ones
const KEPT = 60; // pictures, besides those near the view
const ZOOM = { least: 0.4, most: 4, factor: 1.2 };

const store = {
  get(key, otherwise) {
    try { return JSON.parse(localStorage.getItem(`banxin.desk.${key}`)) ?? otherwise; } catch { return otherwise; }
  },
  set(key, value) {
    try { localStorage.setItem(`banxin.desk.${key}`, JSON.stringify(value)); } catch { /* then it is forgotten */ }
  },
};

let state = null;
let edition = null;
let version = ""; // of the book that is shown
let proof = ""; // of the pages that are laid out
let leftwards = false;
let leaves = []; // list items, each with its `leaf`: key, text, width, height, label
let view = store.get("view", innerWidth >= 1100 ? "both" : "pages");
let spread = store.get("spread", null); // null: where there is room
let zoom = store.get("zoom", "width"); // "width", "page", or a factor of the width
let held = null; // the place, as it was before whatever moves it

// Pictures ------------------------------------------------------------------------------------------------------------

const near = new Set();
const loaded = new Set(); // the longest unseen first

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) {
      near.add(target);
      picture(target);
    } else {
      near.delete(target);
      target.coming?.abort();
    }
  }
}, { root: pane, rootMargin: "80% 0px" });

async function picture(item) {
  const width = Math.max(2, Math.ceil((leafWidth() * devicePixelRatio) / STEP)) * STEP;
  const address = `/.banxin/picture?${new URLSearchParams({ pdf: edition.pages, page: item.leaf.key, width })}`;
  if (item.address === address) return;
  item.coming?.abort();
  item.address = address;
  const image = new Image();
  item.coming = { abort() { image.src = ""; item.address = item.shown; item.coming = null; } };
  image.alt = `第 ${item.leaf.label} 页`;
  image.decoding = "sync"; // it is decoded before it takes the other's place: nothing flashes
  image.src = address;
  try {
    await image.decode();
  } catch {
    if (item.address === address) item.address = item.shown; // gone with an older book; the next news brings the new one
    return;
  }
  if (item.address !== address) return;
  item.coming = null;
  item.shown = address;
  item.querySelector("img")?.remove();
  item.prepend(image);
  loaded.delete(item);
  loaded.add(item);
  for (const old of loaded) {
    if (loaded.size <= KEPT) break;
    if (!near.has(old)) drop(old);
  }
}

function drop(item) {
  loaded.delete(item);
  item.querySelector("img")?.remove();
  item.address = item.shown = "";
}

// The place ------------------------------------------------------------------------------------------------------------

function bottomOf(item) { return item.offsetTop + item.offsetHeight; }

// The first page of which more than a sliver is to be seen.
function first() {
  const top = pane.scrollTop + Math.min(80, pane.clientHeight / 4);
  let low = 0;
  let high = leaves.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bottomOf(leaves[middle]) > top) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low);
}

function anchor() {
  const item = leaves[first()];
  return item ? { item, part: (pane.scrollTop - item.offsetTop) / item.offsetHeight } : null;
}

function restore({ item, part }) {
  const top = Math.round(item.offsetTop + part * item.offsetHeight);
  if (Math.abs(pane.scrollTop - top) > 1) pane.scrollTop = top;
}

function isSeen(item) {
  return bottomOf(item) > pane.scrollTop && item.offsetTop < pane.scrollTop + pane.clientHeight;
}

function goTo(index) {
  const item = leaves[Math.max(0, Math.min(leaves.length - 1, index))];
  if (item) pane.scrollTop = item.offsetTop - 18;
}

function turn(by) {
  const at = first();
  if (!isSpread()) return goTo(at + by);
  const left = at % 2 ? at : at - 1; // spreads are 0, 1-2, 3-4
  goTo(left + 2 * by);
}

function noteThePlace() {
  if (!pane.clientHeight) return; // it is not to be seen, and stands nowhere
  const at = first();
  const item = leaves[at];
  if (!item) return;
  held = anchor();
  if (changed.leaf && isSeen(changed.leaf)) tellChange(null);
  if (document.activeElement !== $("page")) $("page").value = item.leaf.label || at + 1;
  try {
    sessionStorage.setItem(`banxin.desk.${edition.name}`, JSON.stringify({ at, part: held.part }));
  } catch { /* then it is forgotten */ }
}

function placeBefore() {
  try {
    const { at, part } = JSON.parse(sessionStorage.getItem(`banxin.desk.${edition.name}`));
    return leaves[at] ? { item: leaves[at], part } : null;
  } catch {
    return null;
  }
}

// Size -----------------------------------------------------------------------------------------------------------------

function isSpread() {
  return !PHONE.matches && (spread ?? pane.clientWidth >= WIDE);
}

function leafWidth() {
  const across = isSpread() ? 2 : 1;
  const margin = PHONE.matches ? 16 : 36;
  const room = Math.max(160, (pane.clientWidth - margin) / across);
  const wide = Math.min(room, WIDEST);
  if (zoom === "width") return wide;
  if (zoom !== "page") return wide * zoom;
  const { width, height } = leaves[0]?.leaf ?? { width: 1, height: 1 };
  return Math.min(room, ((pane.clientHeight - margin) * width) / height);
}

function fit() {
  if (!edition || !pane.clientHeight) return;
  pane.style.setProperty("--leaf", `${Math.floor(leafWidth())}px`);
  list.classList.toggle("spread", isSpread());
  list.dir = leftwards ? "rtl" : "ltr";
  $("spread").setAttribute("aria-pressed", isSpread());
  $("fit").textContent = { width: "适宽", page: "整页" }[zoom] ?? `${Math.round(zoom * 100)}%`;
  if (held && leaves.includes(held.item)) restore(held);
  for (const item of near) picture(item);
}

function magnify(factor) {
  const from = typeof zoom === "number" ? zoom : leafWidth() / Math.min(WIDEST, (pane.clientWidth - 36) / (isSpread() ? 2 : 1));
  zoom = Math.max(ZOOM.least, Math.min(ZOOM.most, Math.round(from * factor * 100) / 100));
  store.set("zoom", zoom);
  fit();
}

function fitOtherwise() {
  zoom = zoom === "width" ? "page" : "width";
  store.set("zoom", zoom);
  fit();
}

function spreadOtherwise() {
  spread = !isSpread();
  store.set("spread", spread);
  fit();
}

// Another book ---------------------------------------------------------------------------------------------------------

// Where an old page is among the new: what stands before or after all that changed is known by its words.
function carried(before, after) {
  const same = (i, j) => before[i].text === after[j].text;
  const short = Math.min(before.length, after.length);
  let start = 0;
  while (start < short && same(start, start)) start += 1;
  let end = 0;
  while (end < short - start && same(before.length - 1 - end, after.length - 1 - end)) end += 1;
  return (index) => {
    if (index >= before.length - end) return index + after.length - before.length;
    return Math.max(0, Math.min(index, start > index ? index : after.length - end - 1));
  };
}

async function layOut() {
  const asked = edition;
  const reply = await fetch(`/.banxin/pages?${new URLSearchParams({ pdf: edition.pages })}`, { cache: "no-store" });
  if (!reply.ok || asked !== edition) return;
  const found = await reply.json();
  proof = asked.proof;
  const wanted = found.pages.map(([key, text, width, height, label]) => ({ key, text, width, height, label }));
  const before = leaves.map((item) => item.leaf);
  const place = pane.clientHeight ? anchor() : held;
  const to = carried(before, wanted);
  const goal = place ? to(leaves.indexOf(place.item)) : 0;
  const known = new Map(); // pages that are alike, such as blank ones, have one key
  for (const item of leaves) known.set(item.leaf.key, [...(known.get(item.leaf.key) ?? []), item]);
  const spare = new Map();
  const keys = new Set(wanted.map((leaf) => leaf.key));
  leaves.forEach((item, i) => { if (!keys.has(item.leaf.key)) spare.set(to(i), item); });
  const old = leaves;
  leaves = wanted.map((leaf, i) => dress(known.get(leaf.key)?.shift() ?? spare.get(i) ?? document.createElement("li"), leaf));
  leftwards = found.leftwards;
  if (leaves.length !== old.length || leaves.some((item, i) => item !== old[i])) list.replaceChildren(...leaves);
  for (const item of old) if (!leaves.includes(item)) forget(item);
  for (const item of leaves) observer.observe(item);
  $("total").textContent = `/ ${leaves.length}`;
  held = place ? { item: leaves[goal], part: place.part } : placeBefore();
  fit();
  noteThePlace();
  if (before.length) tellChanges(before);
}

function dress(item, leaf) {
  if (item.leaf?.width !== leaf.width || item.leaf?.height !== leaf.height) item.style.aspectRatio = `${leaf.width} / ${leaf.height}`;
  if (item.leaf?.key !== leaf.key) for (const mark of item.querySelectorAll(".mark")) mark.remove();
  item.leaf = leaf;
  item.setAttribute("aria-label", `第 ${leaf.label} 页`);
  return item;
}

function forget(item) {
  observer.unobserve(item);
  near.delete(item);
  drop(item);
}

const changed = { leaf: null, button: $("changed") };

function tellChanges(before) {
  const texts = new Set(before.map((leaf) => leaf.text));
  const others = leaves.filter((item) => !texts.has(item.leaf.text));
  if (others.length) tellChange(others.some(isSeen) ? null : others[0]);
}

function tellChange(item) {
  changed.leaf = item ?? null;
  changed.button.hidden = !item;
  if (item) changed.button.textContent = `改动在第 ${item.leaf.label} 页`;
}

function startOver() {
  for (const item of leaves) forget(item);
  leaves = [];
  list.replaceChildren();
  version = proof = "";
  held = null;
  tellChange(null);
}

async function show(news) {
  state = news;
  const asked = store.get("edition", "");
  const chosen = state.editions.find((each) => each.name === asked) ?? state.editions[0] ?? null;
  if (chosen?.name !== edition?.name) startOver();
  const first = chosen?.web && chosen.web !== edition?.web;
  edition = chosen;
  if (first) frame.src = edition.web;
  chooseEdition();
  lay();
  tellState();
  if (edition && state.version !== version) {
    if (edition.proof !== proof) await layOut();
    version = state.version;
    if (!first) frame.contentWindow.dispatchEvent(new Event("banxin-news"));
  }
}

function chooseEdition() {
  const names = state.editions.map(({ name, label }) => `${name} ${label}`);
  const select = $("edition");
  select.hidden = names.length < 2;
  if (names.join("\n") !== [...select.options].map((option) => `${option.value} ${option.text}`).join("\n")) {
    select.replaceChildren(...state.editions.map(({ name, label }) => new Option(label, name)));
  }
  if (edition) select.value = edition.name;
  document.title = edition ? `${edition.name} 预览` : "预览";
}

function tellState() {
  const status = $("status");
  const wrong = state.problems.length;
  status.className = state.stage ? "busy" : wrong ? "wrong" : "";
  status.textContent = state.stage || (wrong ? `${wrong} 处错误` : state.took ? `排好了，${state.took.toFixed(1)} 秒` : "正在排");
  body.classList.toggle("empty", !edition);
  $("empty").textContent = wrong ? "还没有排好过一次" : `正在排第一遍${state.stage ? `：${state.stage}` : ""}`;
  tellProblems(state.problems, edition ? undefined : "");
  tellDoubts(doubts.getAttribute("aria-expanded") === "true");
}

const doubts = $("warnings");

// Warnings are counted; who wants to, opens them.
function tellDoubts(open) {
  const shown = open && !state.problems.length ? state.warnings : [];
  doubts.hidden = !state.warnings.length || state.problems.length > 0;
  doubts.textContent = `${state.warnings.length} 条警告`;
  doubts.setAttribute("aria-expanded", shown.length > 0);
  tellWarnings(shown);
}

// Which is shown; on a phone one or the other.
function lay() {
  const possible = edition?.pages && edition?.web;
  $("views").hidden = !possible;
  const wish = PHONE.matches && view === "both" ? "pages" : view;
  const shown = possible ? wish : edition?.web && !edition.pages ? "web" : "pages";
  if (body.dataset.view !== shown) body.dataset.view = shown;
  for (const button of $("views").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", button.dataset.view === shown);
  }
}

function look(at) {
  view = at;
  store.set("view", view);
  lay();
  fit();
  ask("", { view: body.dataset.view }); // what is looked at is made first
  if (view !== "web") pane.focus({ preventScroll: true });
}

// Hands ----------------------------------------------------------------------------------------------------------------

for (const button of $("views").querySelectorAll("button")) button.addEventListener("click", () => look(button.dataset.view));
doubts.addEventListener("click", () => tellDoubts(doubts.getAttribute("aria-expanded") !== "true"));
$("edition").addEventListener("change", (event) => { store.set("edition", event.target.value); show(state); });
$("before").addEventListener("click", () => turn(-1));
$("after").addEventListener("click", () => turn(1));
$("smaller").addEventListener("click", () => magnify(1 / ZOOM.factor));
$("larger").addEventListener("click", () => magnify(ZOOM.factor));
$("fit").addEventListener("click", fitOtherwise);
$("spread").addEventListener("click", spreadOtherwise);
changed.button.addEventListener("click", () => goTo(leaves.indexOf(changed.leaf)));
$("page").addEventListener("focus", (event) => event.target.select());
$("go").addEventListener("submit", (event) => {
  event.preventDefault();
  const wish = $("page").value.trim();
  const at = leaves.findIndex((item) => item.leaf.label === wish);
  if (at >= 0) goTo(at);
  pane.focus({ preventScroll: true });
  noteThePlace();
});

const KEYS = {
  ArrowLeft: () => turn(leftwards ? 1 : -1), ArrowRight: () => turn(leftwards ? -1 : 1),
  "+": () => magnify(ZOOM.factor), "=": () => magnify(ZOOM.factor), "-": () => magnify(1 / ZOOM.factor),
  0: fitOtherwise, d: spreadOtherwise, g: () => $("page").focus(),
  1: () => look("pages"), 2: () => look("both"), 3: () => look("web"),
  Escape: () => { tell(null); if (state) tellDoubts(false); },
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches?.("input, select")) {
    if (event.key === "Escape") pane.focus({ preventScroll: true });
    return;
  }
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

let waiting = false;
pane.addEventListener("scroll", () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; noteThePlace(); });
}, { passive: true });
new ResizeObserver(() => { lay(); fit(); }).observe(pane);
PHONE.addEventListener("change", () => { lay(); fit(); });

// Shows where words stand in the manuscript, and on the page.
function tell(found) {
  for (const mark of list.querySelectorAll(".mark")) mark.remove();
  tellPlace(found);
  const item = found?.line && leaves.find((each) => each.leaf.key === found.page);
  if (!item) return null;
  const mark = document.createElement("span");
  mark.className = "mark";
  ["left", "top", "width", "height"].forEach((name, i) => { mark.style[name] = `${found.line[i] * 100}%`; });
  item.append(mark);
  return mark;
}

// The web edition at the words that were pointed at on a page.
function present({ web, words, before }) {
  if (!web || body.dataset.view !== "both") return;
  if (frame.contentWindow.location.pathname === web) {
    frame.contentWindow.dispatchEvent(new frame.contentWindow.CustomEvent("banxin-words", { detail: { words, before } }));
  } else {
    window.banxinWords = { words, before };
    frame.src = web;
  }
}

// The page with the words that were pointed at in the web edition.
function tellOnPage(found) {
  const mark = tell(found);
  if (!mark || body.dataset.view !== "both") return;
  const top = mark.parentElement.offsetTop + mark.offsetTop;
  if (top < pane.scrollTop || top + mark.offsetHeight > pane.scrollTop + pane.clientHeight) {
    pane.scrollTop = top - pane.clientHeight / 3;
  }
}

async function point(event) {
  const item = event.target.closest("li");
  const at = item?.getBoundingClientRect();
  if (!at) return null;
  const x = (event.clientX - at.left) / at.width;
  const y = (event.clientY - at.top) / at.height;
  const found = await where({ pdf: edition.pages, page: item.leaf.key, x, y });
  tell(found);
  if (found) present(found);
  return found;
}

list.addEventListener("click", point);
list.addEventListener("dblclick", async (event) => {
  const found = await point(event);
  if (found) location.href = found.editor;
});
addEventListener("banxin-place", (event) => tellOnPage(event.detail));
document.addEventListener("click", (event) => { if (!list.contains(event.target) && !isOurs(event.target)) tell(null); });

lay();
pane.focus({ preventScroll: true });
follow("", show, {
  gone() { $("status").className = "gone"; $("status").textContent = "预览停下了"; },
  view: () => body.dataset.view,
});
