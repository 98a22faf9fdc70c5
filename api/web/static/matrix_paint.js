// Paints verdicts of a matrix of any size into pixels: a pixel shows the worst of the cells it covers.

export const VERDICTS = ["unknown", "ok", "lost", "leak", "blocked"];
export const SIGNS = { unknown: "?", ok: "✓", lost: "✕", leak: "!", blocked: "–" };
export const ENTITLED = 8;

// How bad a code (verdict in the lowest three bits, entitlement in the fourth) looks, 1 to 6; 0 is no cell.
const LOOK = Uint8Array.from({ length: 16 }, (_, code) => {
  const verdict = VERDICTS[code & 7];
  if (verdict === "lost") return 6;
  if (verdict === "leak") return 5;
  if (verdict === "ok") return 3;
  if (verdict === "blocked") return 2;
  return code & ENTITLED ? 4 : 1;
});

const opaque = (red, green, blue) => (255 << 24) | (blue << 16) | (green << 8) | red;
const WHITE = opaque(255, 255, 255);
const PLAIN = [opaque(243, 246, 248), opaque(244, 246, 248), WHITE, opaque(190, 226, 204), opaque(206, 213, 220), opaque(99, 51, 143), opaque(168, 27, 20)];
const DOT = opaque(90, 102, 114);
const LINE = opaque(225, 230, 235);
const SIZE = 6; // of the pattern, in pixels

// A pattern for each look, so that nothing is told by colour alone: dots for no data, lines for leaks, hatching for losses.
const TILES = PLAIN.map((plain, look) => Int32Array.from({ length: SIZE * SIZE }, (_, at) => {
  const x = at % SIZE, y = Math.floor(at / SIZE);
  if (look === 4 && x % 3 === 0 && y % 3 === 0) return DOT;
  if (look === 1 && x === 0 && y === 0) return DOT;
  if (look === 5 && y % 3 === 0) return WHITE;
  if (look === 6 && (x + y) % SIZE === 0) return WHITE;
  return plain;
}));

// Codes of four bits, a row of whole octets for each site, to one octet a cell.
export function unpacked(octets, rows, columns) {
  const codes = new Uint8Array(rows * columns);
  const width = (columns + 1) >> 1;
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0, from = row * width; column < columns; column += 2, from++) {
      codes[to++] = octets[from] & 15;
      if (column + 1 < columns) codes[to++] = octets[from] >> 4;
    }
  }
  return codes;
}

// Where the cells of an axis begin, for each pixel: first and beyond the last cell that the pixel covers.
function spans(pixels, scroll, size, count) {
  const first = new Int32Array(pixels), beyond = new Int32Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = Math.floor((scroll + pixel) / size);
    first[pixel] = Math.min(from, count);
    beyond[pixel] = Math.min(Math.max(Math.ceil((scroll + pixel + 1) / size), from + 1), count);
  }
  return { first, beyond };
}

// Fills an image of the cells in view. ``rows`` and ``columns`` say which sites and e-services are shown, ``width`` is
// the number of e-services in ``codes``, ``size`` the height and width of a cell in pixels, ``scroll`` what is above
// and to the left of the image. Gives the number of cells looked at.
export function fill(image, codes, width, rows, columns, size, scroll) {
  const pixels = new Int32Array(image.data.buffer);
  const down = spans(image.height, scroll.y, size.y, rows.length);
  const across = spans(image.width, scroll.x, size.x, columns.length);
  const left = across.first[0], right = across.beyond[image.width - 1];
  const worst = new Uint8Array(columns.length + 1);
  const gap = { x: size.x >= 6, y: size.y >= 6 };
  for (let y = 0, at = 0; y < image.height; y++) {
    const from = down.first[y], to = down.beyond[y];
    if (y === 0 || from !== down.first[y - 1] || to !== down.beyond[y - 1]) {
      worst.fill(0);
      for (let row = from; row < to; row++) {
        const base = rows[row] * width;
        for (let column = left; column < right; column++) {
          const look = LOOK[codes[base + columns[column]]];
          if (look > worst[column]) worst[column] = look;
        }
      }
    }
    const edge = gap.y && y + 1 < image.height && down.first[y + 1] !== from;
    const slice = (y % SIZE) * SIZE;
    for (let x = 0; x < image.width; x++) {
      let look = 0;
      for (let column = across.first[x]; column < across.beyond[x]; column++) if (worst[column] > look) look = worst[column];
      const border = look && (edge || (gap.x && x + 1 < image.width && across.first[x + 1] !== across.first[x]));
      pixels[at++] = border ? LINE : TILES[look][slice + (x % SIZE)];
    }
  }
  return (down.beyond[image.height - 1] - down.first[0]) * (right - left);
}

// A sample of a look, for the legend.
export function swatch(canvas) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Int32Array(image.data.buffer);
  const tile = TILES[Number(canvas.dataset.look)];
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = tile[(Math.floor(at / canvas.width) % SIZE) * SIZE + ((at % canvas.width) % SIZE)];
  }
  context.putImageData(image, 0, 0);
}

const INK = "#16242f";

// A text that fits, shortened by an ellipsis where it must be.
function fitting(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  let length = Math.floor((text.length * room) / context.measureText(text).width);
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return `${text.slice(0, length).trimEnd()}…`;
}

// Signs in the cells, names of rows and columns, for cells that have room for them.
export function write(context, shown, size, scroll, gutter, names) {
  const first = { x: Math.floor(scroll.x / size.x), y: Math.floor(scroll.y / size.y) };
  const font = Math.round(Math.min(size.y * 0.7, 15 * shown.scale));
  context.textBaseline = "middle";
  for (let row = first.y; row < shown.rows && (row - first.y) * size.y < shown.height; row++) {
    const y = gutter.y + (row + 0.5) * size.y - scroll.y;
    if (y < gutter.y) continue;
    context.font = `bold ${font}px sans-serif`;
    context.textAlign = "center";
    for (let column = first.x; column < shown.columns && (column - first.x) * size.x < shown.width; column++) {
      const x = gutter.x + (column + 0.5) * size.x - scroll.x;
      if (x < gutter.x) continue;
      const verdict = VERDICTS[shown.code(row, column) & 7];
      const dark = verdict === "lost" || verdict === "leak";
      if (dark) {
        context.fillStyle = verdict === "lost" ? "#a81b14" : "#63338f";
        context.fillRect(x - font * 0.6, y - font * 0.6, font * 1.2, font * 1.2);
      }
      context.fillStyle = dark ? "#fff" : INK;
      context.fillText(SIGNS[verdict], x, y);
    }
    context.font = `${13 * shown.scale}px sans-serif`;
    context.textAlign = "left";
    context.fillStyle = INK;
    context.fillText(fitting(context, names.row(row), gutter.x - 8 * shown.scale), 4 * shown.scale, y);
  }
  context.font = `${13 * shown.scale}px sans-serif`;
  context.fillStyle = INK;
  for (let column = first.x; column < shown.columns && (column - first.x) * size.x < shown.width; column++) {
    const x = gutter.x + (column + 0.5) * size.x - scroll.x;
    if (x < gutter.x) continue;
    context.save();
    context.translate(x, gutter.y - 4 * shown.scale);
    context.rotate(-Math.PI / 2);
    context.textAlign = "left";
    context.fillText(fitting(context, names.column(column), gutter.y - 8 * shown.scale), 0, 0);
    context.restore();
  }
}
