// Paints the view. Bars and curves are written pixel by pixel, so that 49,000 of them take as long as a few; what is
// written in letters comes on top.

const canvas = document.getElementById("chart");
const context = canvas.getContext("2d");
const darkness = matchMedia("(prefers-color-scheme: dark)");
let pixels = null;
let ink = {};

/** A colour `#rrggbb` as a pixel of an image, as far as `share` of the way to another. */
function pixel(hex, other = hex, share = 0) {
  const part = (shift) => {
    const [one, two] = [hex, other].map((text) => (parseInt(text.slice(1), 16) >> shift) & 0xff);
    return Math.round(one + (two - one) * share);
  };
  return (0xff000000 | (part(0) << 16) | (part(8) << 8) | part(16)) >>> 0;
}

/** Takes the colours of the reader's theme. */
function chooseColours() {
  const theme = darkness.matches ? "dark" : "light";
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(`--${name}`).trim();
  ink = { text: named("ink"), muted: named("muted"), grid: named("grid"), mark: named("mark") };
  const lane = named("lane");
  ink.page = pixel(named("page"));
  ink.lane = pixel(lane);
  ink.line = pixel(named("grid"));
  ink.memory = pixel(named("memory"));
  ink.overMemory = pixel(named("mark"));
  ink.kinds = page.kinds.map((kind) => kind.colours.map((colour) => pixel(colour[theme])));
  ink.dimmed = page.kinds.map((kind) => kind.colours.map((colour) => pixel(colour[theme], lane, 0.78)));
  ink.letters = page.kinds.map((kind) => kind.colours.map((colour) => colour[theme === "dark" ? "darkLetters" : "letters"]));
  ink.streams = page.streamKinds.map((kind) => pixel(kind.colour[theme]));
}

/** Which of a kind's colours a stage has. */
const tint = (schedule, kind, stage) => schedule.tints[stage] % page.kinds[kind].colours.length;

/** One line of pixels of an operation's row; the same one is used for all rows. */
let line = new Uint32Array(0);

function paintBars(row, scale, height) {
  const { schedule, device } = row;
  const [first, end] = schedule.visible(device, view.from, view.to);
  const halves = schedule.half;
  // A lane of pairs is painted as two, one above the other.
  const parts = schedule.hasPairs ? [[0, height >> 1, 1], [height >> 1, height, 2]] : [[0, height, 0]];
  for (const [upper, lower, half] of parts) {
    emptyLine(scale);
    for (let index = first; index < end; index++) {
      if (half && halves[index] && halves[index] !== half) continue;
      const kind = schedule.kind[index];
      const isMarked = view.microbatch === null || schedule.microbatch[index] === view.microbatch;
      const colours = isMarked ? ink.kinds : ink.dimmed;
      fillLine(schedule.start[index], schedule.end[index], colours[kind][tint(schedule, kind, schedule.stage[index])], scale);
    }
    copyLine(row, upper, lower === height ? withSpace(height) : lower, scale);
  }
}

/** Begins a line of pixels: an empty lane, with the grid of the axis. */
function emptyLine(scale) {
  line.fill(ink.lane, left(scale), right(scale));
  for (const time of ticks()) {
    const x = Math.round(xOf(time) * scale);
    if (x >= left(scale) && x < right(scale)) line[x] = ink.line;
  }
}

const left = (scale) => Math.round(LABELS * scale);
const right = (scale) => Math.round((LABELS + plotWidth()) * scale);

/** Fills a stretch of the line; what is wide enough has a thin space behind it. */
function fillLine(start, end, colour, scale) {
  const from = Math.max(left(scale), Math.round(xOf(start) * scale));
  let to = Math.min(right(scale), Math.round(xOf(end) * scale));
  if (to - from >= 4 && xOf(end) * scale <= right(scale)) to -= 1;
  if (to > from) line.fill(colour, from, to);
}

/** A thin space keeps rows apart that are high enough for one. */
const withSpace = (height) => (height > 3 ? height - 1 : height);

/** Writes the line into a part of a row. */
function copyLine(row, upper, lower, scale) {
  const width = pixels.width;
  const begin = Math.round((row.y - view.top) * scale);
  const last = Math.round((view.height - AXIS) * scale);
  const words = pixels.words;
  for (let y = Math.max(0, begin + upper); y < Math.min(last, begin + lower); y++)
    words.set(line.subarray(left(scale), right(scale)), y * width + left(scale));
}

function paintStream(row, scale, height) {
  const { streams } = row.schedule;
  emptyLine(scale);
  for (let index = streams.bounds[row.device]; index < streams.bounds[row.device + 1]; index++) {
    if (streams.start[index] > view.to) break;
    if (streams.end[index] >= view.from)
      fillLine(streams.start[index], streams.end[index], ink.streams[streams.kind[index]], scale);
  }
  copyLine(row, 0, withSpace(height), scale);
}

/** The most that a device holds in each column of pixels. */
function columnLevels(schedule, device, scale) {
  const levels = new Float32Array(right(scale) - left(scale));
  const { time, level, bounds } = schedule.memory;
  const high = bounds[device + 1];
  let step = Math.max(bounds[device], firstAbove(time, view.from, bounds[device], high) - 1);
  for (let x = 0; x < levels.length; x++) {
    const end = view.from + ((x + 1) / levels.length) * (view.to - view.from);
    let most = level[step];
    while (step + 1 < high && time[step + 1] < end) {
      step += 1;
      most = Math.max(most, level[step]);
    }
    levels[x] = end < 0 ? 0 : most;
  }
  return levels;
}

function paintMemory(row, scale, height) {
  const { schedule, device } = row;
  const levels = columnLevels(schedule, device, scale);
  const largest = schedule.largestMemory * 1.05 || 1;
  const limit = schedule.devices[device].limit;
  const limitLine = limit === null ? -1 : Math.round((limit / largest) * (height - 2));
  for (let y = 0; y < height - 1; y++) {
    const share = ((height - 1 - y) / (height - 1)) * largest;
    const isLimit = height - 2 - y === limitLine;
    for (let x = 0; x < levels.length; x++)
      line[left(scale) + x] = isLimit ? ink.overMemory : levels[x] >= share ? ink.memory : ink.lane;
    copyLine(row, y, y + 1, scale);
  }
}

/** Round times for the axis, far enough apart. */
function ticks() {
  const least = ((view.to - view.from) / plotWidth()) * 80;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= least);
  const times = [];
  for (let number = Math.ceil(view.from / step); number * step <= view.to; number++)
    times.push(Number((number * step).toPrecision(12)));
  return times;
}

function paintAxis() {
  const bottom = view.height - AXIS;
  context.textAlign = "center";
  context.fillStyle = ink.muted;
  context.strokeStyle = ink.grid;
  context.lineWidth = 1;
  for (const time of ticks()) {
    const x = Math.round(xOf(time)) + 0.5;
    context.beginPath();
    context.moveTo(x, bottom);
    context.lineTo(x, bottom + 4);
    context.stroke();
    context.fillText(short(time), Math.min(x, view.width - 24), bottom + 14);
  }
  context.textAlign = "left";
  context.fillText(schedules[0].timeUnit || "time", 4, bottom + 14);
}

function paintRowLabels(row, y) {
  if (row.type === "heading") {
    context.textAlign = "left";
    context.fillStyle = ink.text;
    context.font = "600 13px system-ui, sans-serif";
    context.fillText(`${row.schedule.title} · ${withUnit(row.schedule.makespan, row.schedule.timeUnit)}`, 4, y + row.height / 2);
    context.font = "11px system-ui, sans-serif";
    return;
  }
  if (row.type === "lane" && row.height >= 9) {
    context.textAlign = "right";
    context.fillStyle = ink.muted;
    const { device, stream } = row.schedule.devices[row.device];
    context.fillText(stream ?? `device ${device}`, LABELS - 6, y + row.height / 2, LABELS - 10);
  } else if (row.height >= 9) {
    context.textAlign = "right";
    context.fillStyle = ink.muted;
    context.fillText(row.type === "memory" ? "memory" : "host", LABELS - 6, y + row.height / 2);
  }
}

/** Writes the microbatch in every bar that has room for it. */
function paintNumbers(row, y) {
  if (row.height < 11) return;
  const { schedule } = row;
  const [first, end] = schedule.visible(row.device, view.from, view.to);
  context.textAlign = "center";
  for (let index = first; index < end; index++) {
    const from = Math.max(LABELS, xOf(schedule.start[index]));
    const to = Math.min(LABELS + plotWidth(), xOf(schedule.end[index]));
    const text = schedule.label(index);
    if (to - from < 7 * text.length + 3) continue;
    const half = schedule.hasPairs ? schedule.half[index] : 0;
    if (half && row.height < 22) continue;
    const isDimmed = view.microbatch !== null && schedule.microbatch[index] !== view.microbatch;
    const kind = schedule.kind[index];
    context.fillStyle = isDimmed ? ink.muted : ink.letters[kind][tint(schedule, kind, schedule.stage[index])];
    const shift = half === 1 ? 0.25 : half === 2 ? 0.75 : 0.5;
    context.fillText(text, (from + to) / 2, y + row.height * shift);
  }
}

/** Draws the way of the marked microbatch through the lanes of every schedule. */
function paintWay() {
  if (view.microbatch === null) return;
  context.strokeStyle = ink.mark;
  context.lineWidth = 1.5;
  for (const schedule of schedules) {
    const heights = new Map();
    for (const row of view.rows)
      if (row.schedule === schedule && row.type === "lane") heights.set(row.device, row.y - view.top + row.height / 2);
    context.beginPath();
    let isFirst = true;
    for (const index of schedule.way(view.microbatch)) {
      const y = heights.get(schedule.laneOf(index));
      // Weights are computed where they are: nothing is on its way to or from them.
      if (y === undefined || page.kinds[schedule.kind[index]].symbol === "W") continue;
      if (isFirst) context.moveTo(xOf(schedule.start[index]), y);
      else context.lineTo(xOf(schedule.start[index]), y);
      context.lineTo(xOf(schedule.end[index]), y);
      isFirst = false;
    }
    context.stroke();
  }
}

function paintSelection() {
  if (!view.selected) return;
  const { schedule, index } = view.selected;
  const device = schedule.laneOf(index);
  const row = view.rows.find((row) => row.schedule === schedule && row.type === "lane" && row.device === device);
  if (!row) return;
  context.strokeStyle = ink.text;
  context.lineWidth = 2;
  const from = xOf(schedule.start[index]);
  context.strokeRect(from, row.y - view.top, Math.max(2, xOf(schedule.end[index]) - from), row.height);
}

/** Paints everything anew and returns how many milliseconds that took. */
function paint() {
  const begin = performance.now();
  const scale = devicePixelRatio || 1;
  const [width, height] = [Math.round(view.width * scale), Math.round(view.height * scale)];
  if (canvas.width !== width || canvas.height !== height || !pixels) {
    [canvas.width, canvas.height] = [width, height];
    canvas.style.height = `${view.height}px`;
    pixels = context.createImageData(width, height);
    pixels.words = new Uint32Array(pixels.data.buffer);
    line = new Uint32Array(width);
  }
  pixels.words.fill(ink.page);
  const rows = view.rows.filter((row) => row.y + row.height > view.top && row.y < view.top + view.height - AXIS);
  for (const row of rows) {
    const pixelHeight = Math.round((row.y + row.height - view.top) * scale) - Math.round((row.y - view.top) * scale);
    if (row.type === "lane") paintBars(row, scale, pixelHeight);
    if (row.type === "stream") paintStream(row, scale, pixelHeight);
    if (row.type === "memory") paintMemory(row, scale, pixelHeight);
  }
  context.putImageData(pixels, 0, 0);
  context.textBaseline = "middle";
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.font = "11px system-ui, sans-serif";
  context.save();
  context.beginPath();
  context.rect(LABELS, 0, plotWidth(), view.height - AXIS);
  context.clip();
  for (const row of rows) if (row.type === "lane") paintNumbers(row, row.y - view.top);
  paintWay();
  paintSelection();
  context.restore();
  context.save();
  context.beginPath();
  context.rect(0, 0, view.width, view.height - AXIS);
  context.clip();
  for (const row of rows) paintRowLabels(row, row.y - view.top);
  context.restore();
  paintAxis();
  return performance.now() - begin;
}
