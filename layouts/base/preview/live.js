// In every page of the web edition that the preview sends: it is loaded again when it is another, and tells where its
// paragraphs stand. On the desk, the desk asks for news and shows what is found.
import { ask, follow, isOurs, tellPlace, tellProblems, where } from "./news.js";

const { version } = document.querySelector("script[data-version]").dataset;
const desk = window.frameElement?.id === "web" ? window.parent : null;
const at = location.pathname;
const BLOCKS = "p, li, dt, dd, td, th, h1, h2, h3, h4, h5, h6, pre, figcaption, blockquote";
const CONTROLS = "a, button, input, label, nav";
const ADDED = ".noteref, .label, .number, rt, ol, ul";

function show(state) {
  if (state.page !== version) return again();
  if (!desk) tellProblems(state.problems);
}

// The page anew, at the same place: that of the first paragraph to be seen, if it is still there.
const KEY = `banxin.place.${at}`;

function blocks() {
  return [...document.querySelectorAll("main :is(p, li, h1, h2, h3, h4, h5, h6, pre, figure, table)")];
}

function again() {
  const first = blocks().find((block) => block.getBoundingClientRect().bottom > 0);
  const words = first?.textContent ?? "";
  const place = { y: scrollY, words, top: first?.getBoundingClientRect().top ?? 0 };
  try { sessionStorage.setItem(KEY, JSON.stringify(place)); } catch { /* then by the browser's own means */ }
  history.scrollRestoration = "manual";
  location.reload();
}

function back() {
  const kept = sessionStorage.getItem(KEY);
  if (!kept) return;
  sessionStorage.removeItem(KEY);
  const { y, words, top } = JSON.parse(kept);
  const place = (block) => block.getBoundingClientRect().top + scrollY - top;
  const same = blocks().filter((block) => block.textContent === words).map(place);
  same.sort((one, other) => Math.abs(one - y) - Math.abs(other - y));
  scrollTo({ top: same[0] ?? y, behavior: "instant" });
  history.scrollRestoration = "auto";
}

try { back(); } catch { /* the page begins at its beginning */ }

function wordsOf(block) {
  if (!block) return "";
  const copy = block.cloneNode(true);
  for (const added of copy.querySelectorAll(ADDED)) added.remove();
  return copy.textContent.replace(/\s+/g, "");
}

document.addEventListener("click", async (event) => {
  if (isOurs(event.target)) return;
  const block = event.target.closest(BLOCKS);
  let found = null;
  if (block && !event.target.closest(CONTROLS) && !String(getSelection())) {
    const before = wordsOf(block.previousElementSibling).slice(-60);
    const words = wordsOf(block).slice(0, 80);
    if (words) found = await where({ words, before, at });
  }
  if (desk) desk.dispatchEvent(new desk.CustomEvent("banxin-place", { detail: found }));
  else tellPlace(found);
});

// What the desk was pointed at: the same words here, in sight, for a moment in another colour.
function present(pointed) {
  const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, "");
  const [before, words] = [letters(pointed.before), letters(pointed.words)];
  const all = blocks().map((block) => [block, letters(block.textContent)]);
  for (const wanted of around(before, words)) {
    const found = all.find(([, text]) => text.includes(wanted))?.[0];
    if (!found) continue;
    const { top, bottom } = found.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) found.scrollIntoView({ block: "center", behavior: "instant" });
    found.animate([{ backgroundColor: "rgb(214 158 46 / 30%)" }, { backgroundColor: "transparent" }], 1800);
    return;
  }
}

// Words that hold the point: a paragraph may end just after it.
function* around(before, words) {
  for (const length of [24, 12, 6]) {
    for (let back = 0; back < length; back += 1) {
      if (back <= before.length) yield before.slice(before.length - back) + words.slice(0, length - back);
    }
  }
}

if (desk) {
  if (desk.banxinWords) present(desk.banxinWords);
  desk.banxinWords = null;
  window.addEventListener("banxin-words", (event) => present(event.detail));
  document.addEventListener("keydown", (event) => {
    if (!"123".includes(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
    desk.document.dispatchEvent(new desk.KeyboardEvent("keydown", { key: event.key }));
  });
  window.addEventListener("banxin-news", async () => show(await ask(at, { view: desk.document.body.dataset.view })));
} else {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "/.banxin/panels.css";
  document.head.append(style);
  follow(at, show, { view: () => "web" });
}
