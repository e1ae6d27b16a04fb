// What all pages of the preview share: asking for news, telling what is wrong, telling where words stand.

const LATER = 1000; // ms before a server that is gone is asked again

// Asks for the state until the end of the page, and waits for what is new; a page that nobody looks at asks nothing.
export async function follow(at, show, { gone = () => {}, view = () => "" } = {}) {
  let seen = "";
  for (;;) {
    if (document.hidden) await shown();
    const asking = new AbortController();
    const leave = () => { if (document.hidden) asking.abort(); };
    document.addEventListener("visibilitychange", leave);
    try {
      const state = await ask(at, { seen, view: view() }, asking.signal);
      seen = String(state.stamp);
      await show(state);
    } catch (error) {
      if (error.name !== "AbortError") {
        gone();
        seen = "";
        await new Promise((resolve) => { setTimeout(resolve, LATER); });
      }
    }
    document.removeEventListener("visibilitychange", leave);
  }
}

export async function ask(at, more = {}, signal = undefined) {
  const query = new URLSearchParams({ at, ...more });
  return (await fetch(`/.banxin/state?${query}`, { cache: "no-store", signal })).json();
}

function shown() {
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", function look() {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    });
  });
}

export async function where(query) {
  const reply = await fetch(`/.banxin/where?${new URLSearchParams(query)}`);
  return reply.ok ? reply.json() : null;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

// A place that can be copied, and opened where there is an editor for it.
function placeOf({ place, editor }) {
  const code = element("code", "banxin-at", place);
  if (!editor) return [code];
  const open = element("a", "banxin-open", "在编辑器里打开");
  open.href = editor;
  return [code, open];
}

const wrong = element("section", "banxin-panel banxin-wrong");
wrong.setAttribute("role", "alert");
const doubtful = element("section", "banxin-panel banxin-wrong banxin-doubtful");
doubtful.setAttribute("aria-label", "警告");

export function tellProblems(problems, remark = "看到的还是上一次排好的书") {
  if (problems.length) doubtful.remove();
  fill(wrong, problems, `${problems.length} 处错误`, remark);
}

export function tellWarnings(problems) {
  fill(doubtful, problems, `${problems.length} 条警告`, "书照样排好了");
}

function fill(panel, problems, title, remark) {
  if (!problems.length) return panel.remove();
  const head = element("p", "banxin-head", title);
  head.append(element("span", "banxin-remark", remark));
  const list = element("ol", "banxin-list");
  for (const problem of problems) {
    const item = element("li", "");
    item.append(...placeOf(problem), element("p", "banxin-what", problem.text));
    if (problem.hint) item.append(element("p", "banxin-hint", problem.hint));
    list.append(item);
  }
  panel.replaceChildren(head, list);
  if (!panel.isConnected) document.body.append(panel);
}

const bar = element("div", "banxin-panel banxin-place");
bar.id = "banxin-place";
bar.setAttribute("role", "status");

export function tellPlace(found) {
  if (!found) return bar.remove();
  const close = element("button", "banxin-close", "×");
  close.type = "button";
  close.setAttribute("aria-label", "收起");
  close.addEventListener("click", () => bar.remove());
  bar.replaceChildren(...placeOf(found), close);
  document.body.append(bar);
}

export function isOurs(target) {
  return [bar, wrong, doubtful].some((panel) => panel.contains(target));
}
