// Keeps an open page true: the server says that something changed, the page fetches itself again and swaps the live parts.
const status = document.getElementById("live-status");
const says = status ? JSON.parse(status.dataset.says) : {};
let fetching = false;
let again = false;

function say(state, text) {
  if (!status) return;
  status.dataset.state = state;
  if (status.textContent !== text) status.textContent = text;
}

function swap(fresh) {
  const focused = document.activeElement ? document.activeElement.id : "";
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || next.innerHTML === part.innerHTML) continue;
    const open = new Set([...part.querySelectorAll("details[open]")].map((d) => d.id));
    const scrolled = [...part.querySelectorAll(".scroll")].map((s) => [s.scrollLeft, s.scrollTop]);
    const before = new Map([...part.querySelectorAll("[data-verdict]")].map((c) => [c.id, c.dataset.verdict]));
    for (const detail of next.querySelectorAll("details")) detail.open = open.has(detail.id);
    part.replaceChildren(...next.childNodes);
    part.querySelectorAll(".scroll").forEach((s, i) => s.scrollTo(...(scrolled[i] || [0, 0])));
    for (const cell of part.querySelectorAll("[data-verdict]")) {
      if (before.has(cell.id) && before.get(cell.id) !== cell.dataset.verdict) cell.classList.add("touched");
    }
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname === "/login") { location.reload(); return; }
    if (answer.ok) {
      swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
      say("on", `${says.updated} ${new Date().toLocaleTimeString(document.documentElement.lang, { timeZone: "Europe/Warsaw" })}`);
    }
  } catch {
    say("off", says.lost);
  } finally {
    fetching = false;
    if (again) { again = false; refresh(); }
  }
}

if (status) {
  const source = new EventSource("/api/v1/events");
  source.addEventListener("open", () => say("on", says.live));
  source.addEventListener("error", () => say("off", says.lost));
  for (const kind of ["matrix", "change", "alert", "resync"]) {
    source.addEventListener(kind, (event) => {
      document.dispatchEvent(new CustomEvent(`silesianet:${kind}`, { detail: event.data }));
      refresh();
    });
  }
}
document.addEventListener("silesianet:refresh", refresh);

// Links and forms that only choose what a page shows change the address and the live parts, and leave the reader's place.
function go(address) {
  history.pushState(null, "", address);
  refresh();
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-soft]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.href.baseVal ?? link.href);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-soft]")) return;
  event.preventDefault();
  go(`${event.target.action}?${new URLSearchParams([...new FormData(event.target)].filter(([, value]) => value))}`);
});
if (document.querySelector("[data-soft]")) window.addEventListener("popstate", refresh);
