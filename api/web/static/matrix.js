// The picture of the matrix: fetches four bits a cell, paints what is in view, and is moved over by mouse and keyboard.
const { ENTITLED, SIGNS, VERDICTS, fill, swatch, unpacked, write } = await import(`./matrix_paint.js${new URL(import.meta.url).search}`);

const section = document.getElementById("picture");
const scroller = document.getElementById("matrix-scroll");
const sizer = document.getElementById("matrix-size");
const canvas = document.getElementById("matrix");
const tip = document.getElementById("matrix-tip");
const said = document.getElementById("matrix-said");
const counted = document.getElementById("matrix-count");
const form = document.getElementById("filters");
const says = JSON.parse(scroller.dataset.says);
const context = canvas.getContext("2d", { alpha: false });

const SIZES = [0, 4, 10, 22]; // of a cell in CSS pixels; 0 fits everything in
const REST = "/api/v1";
let axes = null, codes = null, octets = null;
let rows = new Int32Array(0), columns = new Int32Array(0);
let level = 0, focus = { row: 0, column: 0 }, planned = false;
const reasons = new Map();

const past = () => (scroller.dataset.asOf ? `&as_of=${new Date(scroller.dataset.asOf * 1000).toISOString()}` : "");
const code = (row, column) => codes[rows[row] * axes.services.length + columns[column]];
const verdictAt = (row, column) => VERDICTS[code(row, column) & 7];
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[łŁ]/g, "l").toLowerCase();
const holds = (text, words) => words.every((word) => text.includes(word));
const bound = (value, most) => Math.max(0, Math.min(value, most));

async function got(path, accept) {
  const answer = await fetch(path, { credentials: "same-origin", cache: "no-cache", headers: { Accept: accept } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

async function load() {
  const [known, cells] = await Promise.all([
    got(`/matrix/axes.json?${past()}`, "application/json").then((answer) => answer.json()),
    got(`${REST}/reachability?plane=verdict${past()}`, "application/octet-stream").then((answer) => answer.arrayBuffer()),
  ]);
  const fresh = new Uint8Array(cells);
  if (fresh.length !== known.sites.length * ((known.services.length + 1) >> 1)) throw new Error("the inventory changed meanwhile");
  if (axes && octets && same(axes.sites, known.sites) && same(axes.services, known.services) && same(octets, fresh)) return;
  performance.mark("matrix-received");
  const first = axes === null;
  [axes, octets] = [known, fresh];
  codes = unpacked(octets, axes.sites.length, axes.services.length);
  reasons.clear();
  section.hidden = false;
  choose();
  if (first && rows.length <= 60) level = SIZES.length - 1;
  paint();
  requestAnimationFrame(() => setTimeout(() => {
    performance.measure("matrix-painted", "matrix-received");
    canvas.dataset.ready = String(Number(canvas.dataset.ready || 0) + 1);
  }));
}

const same = (one, other) => one.length === other.length && one.every((value, place) => value === other[place]);

// Which rows and columns fit the filters; a verdict keeps the sites where it stands in one of the columns.
function choose() {
  const asked = new FormData(form);
  const of = (name, list) => (asked.get(name) ? list.indexOf(asked.get(name)) : null);
  const district = of("district", axes.districts), owner = of("tenant", axes.tenants), kind = of("class", axes.classes);
  const words = plain(asked.get("q")).split(/\s+/).filter(Boolean), verdict = of("verdict", VERDICTS);
  columns = Int32Array.from(axes.services.keys()).filter((at) => !asked.get("service") || axes.services[at] === asked.get("service"));
  const width = axes.services.length;
  rows = Int32Array.from(axes.sites.keys()).filter((at) => (
    (district === null || axes.district[at] === district) && (kind === null || axes.class[at] === kind)
    && (owner === null || axes.owners[at].includes(owner))
    && (!words.length || holds(plain(`${axes.names[at]} ${axes.sites[at]}`), words))
    && (verdict === null || columns.some((column) => (codes[at * width + column] & 7) === verdict))
  ));
  focus = { row: bound(focus.row, rows.length - 1), column: bound(focus.column, columns.length - 1) };
  counted.textContent = rows.length && columns.length ? `${rows.length} ${says.sites} × ${columns.length} ${says.services}` : says.none;
}

// Sizes in device pixels: the picture, the gutters for names, one cell, what is scrolled away.
function frame() {
  const scale = window.devicePixelRatio || 1, css = SIZES[level];
  const width = Math.round(scroller.clientWidth * scale), height = Math.round(scroller.clientHeight * scale);
  const named = css >= 12;
  const gutter = { x: named ? Math.round(Math.min(190, scroller.clientWidth / 3) * scale) : 0, y: named ? Math.round(150 * scale) : 0 };
  const size = css ? { x: css * scale, y: css * scale }
    : { x: width / Math.max(columns.length, 1), y: Math.min(height / Math.max(rows.length, 1), 22 * scale) };
  return { scale, width, height, gutter, size, scroll: { x: scroller.scrollLeft * scale, y: scroller.scrollTop * scale } };
}

function resize() {
  const css = SIZES[level], { gutter, scale } = frame();
  sizer.style.width = css ? `${gutter.x / scale + css * columns.length}px` : "100%";
  sizer.style.height = css ? `${gutter.y / scale + css * rows.length}px` : "100%";
}

function paint() {
  resize();
  const { scale, width, height, gutter, size, scroll } = frame();
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  canvas.style.width = `${width / scale}px`;
  canvas.style.height = `${height / scale}px`;
  context.fillStyle = "#f3f6f8";
  context.fillRect(0, 0, width, height);
  canvas.dataset.cells = "0";
  if (!rows.length || !columns.length || width <= gutter.x || height <= gutter.y) return;
  const image = context.createImageData(width - gutter.x, height - gutter.y);
  canvas.dataset.cells = String(fill(image, codes, axes.services.length, rows, columns, size, scroll));
  context.putImageData(image, gutter.x, gutter.y);
  if (gutter.x) {
    const shown = { rows: rows.length, columns: columns.length, width: image.width, height: image.height, scale, code };
    write(context, shown, size, scroll, gutter, {
      row: (row) => axes.names[rows[row]], column: (column) => axes.service_names[columns[column]],
    });
  }
  outline(size, scroll, gutter, scale);
}

function outline(size, scroll, gutter, scale) {
  const least = { x: Math.max(size.x, 9 * scale), y: Math.max(size.y, 9 * scale) };
  const x = gutter.x + (focus.column + 0.5) * size.x - scroll.x - least.x / 2;
  const y = gutter.y + (focus.row + 0.5) * size.y - scroll.y - least.y / 2;
  for (const [colour, line] of [["#fff", 5], ["#b45309", 3]]) {
    context.strokeStyle = colour;
    context.lineWidth = line * scale;
    context.strokeRect(x, y, least.x, least.y);
  }
}

function soon() {
  if (planned || !codes) return;
  planned = true;
  requestAnimationFrame(() => { planned = false; paint(); });
}

function inView() {
  const { scale, width, height, gutter, size } = frame();
  if (!SIZES[level]) return;
  const left = (focus.column * size.x) / scale, top = (focus.row * size.y) / scale;
  const room = { x: (width - gutter.x - size.x) / scale, y: (height - gutter.y - size.y) / scale };
  scroller.scrollLeft = Math.max(left - room.x, Math.min(scroller.scrollLeft, left));
  scroller.scrollTop = Math.max(top - room.y, Math.min(scroller.scrollTop, top));
}

function place(event) {
  const { scale, gutter, size, scroll } = frame(), box = canvas.getBoundingClientRect();
  const x = (event.clientX - box.left) * scale - gutter.x, y = (event.clientY - box.top) * scale - gutter.y;
  const row = Math.floor((y + scroll.y) / size.y), column = Math.floor((x + scroll.x) / size.x);
  return x < 0 || y < 0 || row >= rows.length || column >= columns.length ? null : { row, column };
}

function words({ row, column }) {
  const verdict = verdictAt(row, column);
  const right = code(row, column) & ENTITLED ? says.entitled : says.not_entitled;
  return `${axes.names[rows[row]]}, ${axes.service_names[columns[column]]}: ${SIGNS[verdict]} ${says.verdicts[verdict]} (${right})`;
}

async function reasonOf({ row, column }) {
  const site = axes.sites[rows[row]], service = axes.services[columns[column]], key = `${site} ${service}`;
  if (!reasons.has(key)) {
    const path = `${REST}/sites/${encodeURIComponent(site)}/services?service=${encodeURIComponent(service)}${past()}`;
    reasons.set(key, got(path, "application/json").then((answer) => answer.json()).then(({ results: [cell] }) => (
      cell?.reason ? `${says.faults[cell.reason.class] || cell.reason.class}: ${cell.reason.element}. ${cell.reason.text}` : ""
    )).catch(() => { reasons.delete(key); return ""; }));
  }
  return reasons.get(key);
}

let waiting = 0;
function describe(cell, aloud) {
  clearTimeout(waiting);
  const text = words(cell);
  tip.textContent = text;
  tip.hidden = false;
  beside(cell);
  if (aloud) said.textContent = text;
  waiting = setTimeout(async () => {
    const why = await reasonOf(cell);
    if (!why || tip.hidden || !tip.textContent.startsWith(text)) return;
    tip.textContent = `${text}. ${why}`;
    if (aloud) said.textContent = tip.textContent;
  }, 250);
}

function beside({ row, column }) {
  const { scale, gutter, size, scroll, width, height } = frame();
  const x = (gutter.x + (column + 1) * size.x - scroll.x) / scale, y = (gutter.y + (row + 1) * size.y - scroll.y) / scale;
  tip.style.left = `${bound(x + 6, width / scale - tip.offsetWidth - 6)}px`;
  tip.style.top = `${y + tip.offsetHeight + 12 > height / scale ? Math.max(0, y - size.y / scale - tip.offsetHeight - 8) : y + 6}px`;
}

function hide() { clearTimeout(waiting); tip.hidden = true; }

function step(cell) {
  if (!rows.length || !columns.length) return;
  focus = { row: bound(cell.row, rows.length - 1), column: bound(cell.column, columns.length - 1) };
  inView();
  paint();
  describe(focus, true);
}

function zoom(by, at = focus) {
  level = bound(level + by, SIZES.length - 1);
  hide();
  resize();
  focus = at;
  inView();
  paint();
}

function open(cell) {
  location.href = `/sites/${encodeURIComponent(axes.sites[rows[cell.row]])}/services/${encodeURIComponent(axes.services[columns[cell.column]])}`;
}

const MOVES = {
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }), ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }), ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  Home: ({ row }, far) => ({ row: far ? 0 : row, column: 0 }), End: ({ row }, far) => ({ row: far ? Infinity : row, column: Infinity }),
  PageUp: ({ row, column }, far, screen) => ({ row: row - screen, column }), PageDown: ({ row, column }, far, screen) => ({ row: row + screen, column }),
};

scroller.addEventListener("keydown", (event) => {
  if (event.altKey || event.metaKey || !codes) return;
  const { height, gutter, size } = frame(), screen = Math.max(1, Math.floor((height - gutter.y) / size.y) - 1);
  if (event.key in MOVES) step(MOVES[event.key](focus, event.ctrlKey, SIZES[level] ? screen : Math.ceil(rows.length / 10)));
  else if (event.key === "+" || event.key === "=") zoom(1);
  else if (event.key === "-") zoom(-1);
  else if (event.key === "Enter") open(focus);
  else if (event.key === "Escape") hide();
  else return;
  event.preventDefault();
});
scroller.addEventListener("focus", () => { if (codes && rows.length && columns.length && scroller.matches(":focus-visible")) describe(focus, true); });
scroller.addEventListener("blur", hide);
scroller.addEventListener("scroll", soon, { passive: true });
canvas.addEventListener("pointermove", (event) => { const cell = place(event); if (cell) describe(cell, false); else hide(); });
canvas.addEventListener("pointerleave", hide);
canvas.addEventListener("click", (event) => {
  const cell = place(event);
  if (!cell) return;
  if (level < SIZES.length - 1) zoom(SIZES.length, cell);
  else step(cell);
});
canvas.addEventListener("dblclick", (event) => { const cell = place(event); if (cell && level === SIZES.length - 1) open(cell); });
document.getElementById("closer").addEventListener("click", () => zoom(1));
document.getElementById("further").addEventListener("click", () => zoom(-1));
new ResizeObserver(soon).observe(scroller);

let typed = 0;
form.addEventListener("input", (event) => {
  if (event.target.name === "as_of" || !codes) return;
  clearTimeout(typed);
  typed = setTimeout(() => {
    choose();
    hide();
    paint();
    const kept = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, "", `?${kept}`);
    document.dispatchEvent(new Event("silesianet:refresh"));
  }, 200);
});

function changed(event) {
  if (!codes) return;
  const site = new Map(axes.sites.map((slug, at) => [slug, at])), service = new Map(axes.services.map((slug, at) => [slug, at]));
  const told = JSON.parse(event.detail);
  if (told.more) { again(); return; }
  for (const cell of told.cells) {
    const at = site.get(cell.site) * axes.services.length + service.get(cell.service);
    if (Number.isNaN(at)) { again(); return; }
    codes[at] = VERDICTS.indexOf(cell.verdict) | (cell.entitled ? ENTITLED : 0);
    reasons.delete(`${cell.site} ${cell.service}`);
  }
  octets = null;
  if (new FormData(form).get("verdict")) choose();
  soon();
}

function again() {
  load().catch(() => { counted.textContent = says.failed; section.hidden = !codes; });
}

document.addEventListener("silesianet:matrix", changed);
document.addEventListener("silesianet:resync", again);
for (const sample of document.querySelectorAll("canvas.swatch")) swatch(sample);
again();
