// What is shown: the window of time, the rows, and what is marked in them.

const LABELS = 92; // Left of the plot, in CSS pixels.
const AXIS = 24; // Below it.
const HEADING = 26;

const longest = Math.max(...schedules.map((schedule) => schedule.end.reduce((a, b) => Math.max(a, b), schedule.makespan)));

const view = {
  from: 0,
  to: longest || 1,
  /** How far the rows are scrolled, in CSS pixels. */
  top: 0,
  /** The devices that are shown; null for all. */
  devices: null,
  /** The microbatch whose way is marked; null for none. */
  microbatch: null,
  /** The operation under the keyboard: `{schedule, index}` or null. */
  selected: null,
  memory: schedules.reduce((count, schedule) => count + schedule.devices.filter((lane) => !lane.stream).length, 0) <= 16,
  width: 800,
  height: 400,
  rows: [],
  rowsHeight: 0,
  /** How long the last painting took. */
  milliseconds: 0,
};

/** Reads devices such as `0-7,56-63`; null for all, undefined for what is no such list. */
function parseDevices(text) {
  if (!text.trim()) return null;
  const devices = new Set();
  for (const part of text.split(",")) {
    const match = /^\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?$/.exec(part);
    if (!match) return undefined;
    const last = Math.min(Number(match[2] ?? match[1]), 65535);
    for (let device = Number(match[1]); device <= last; device++) devices.add(device);
  }
  return devices;
}

/** Lays out the rows: a heading for each schedule, then its lanes, each with its transfers to the host and its memory. */
function layOut() {
  const shown = schedules.map((schedule) =>
    [...schedule.devices.keys()].filter((lane) => !view.devices || view.devices.has(schedule.devices[lane].device)),
  );
  const lanes = shown.reduce((count, devices) => count + devices.length, 0);
  const room = Math.max(320, 0.75 * innerHeight) - AXIS - HEADING * schedules.length;
  const lane = Math.max(6, Math.min(26, Math.floor(room / Math.max(1, lanes) / (view.memory ? 1.9 : 1))));
  const strip = view.memory ? Math.max(8, Math.round(0.9 * lane)) : 0;
  view.rows = [];
  let y = 0;
  const add = (row) => {
    view.rows.push({ ...row, y });
    y += row.height;
  };
  schedules.forEach((schedule, number) => {
    add({ type: "heading", schedule, height: HEADING });
    for (const device of shown[number]) {
      add({ type: "lane", schedule, device, height: lane });
      const { bounds } = schedule.streams;
      if (bounds[device + 1] > bounds[device])
        add({ type: "stream", schedule, device, height: Math.max(5, Math.round(lane / 2)) });
      if (view.memory && !schedule.devices[device].stream) add({ type: "memory", schedule, device, height: strip });
    }
  });
  view.rowsHeight = y;
  view.height = Math.min(y, Math.max(320, Math.round(0.75 * innerHeight) - AXIS)) + AXIS;
  scrollRows(0);
}

function scrollRows(distance) {
  view.top = Math.max(0, Math.min(view.top + distance, view.rowsHeight - (view.height - AXIS)));
}

const plotWidth = () => view.width - LABELS - 8;
const xOf = (time) => LABELS + ((time - view.from) / (view.to - view.from)) * plotWidth();
const timeAt = (x) => view.from + ((x - LABELS) / plotWidth()) * (view.to - view.from);

/** Shows a window of time of a length, its start as near as may be to where it is asked for. */
function show(from, length) {
  length = Math.max(longest * 1e-6, Math.min(longest * 1.02, length));
  from = Math.max(-0.01 * longest, Math.min(from, longest * 1.01 - length));
  [view.from, view.to] = [from, from + length];
}

/** Makes everything larger by a factor, the time at a place staying where it is. */
function zoom(factor, x = LABELS + plotWidth() / 2) {
  const time = timeAt(x);
  show(time - (time - view.from) / factor, (view.to - view.from) / factor);
}

function pan(pixels) {
  show(view.from + (pixels / plotWidth()) * (view.to - view.from), view.to - view.from);
}

function fit() {
  show(-0.005 * longest, longest * 1.01);
  view.top = 0;
}

/** The row at a height of the canvas, or undefined. */
function rowAt(y) {
  if (y >= view.height - AXIS) return undefined;
  return view.rows.find((row) => row.y <= y + view.top && y + view.top < row.y + row.height);
}

/** What is at a place of the canvas: `{row, time, operation, gap, stream}`, the last three -1 where there is none. */
function thingAt(x, y) {
  const row = rowAt(y);
  if (!row || row.type === "heading" || x < LABELS || x > LABELS + plotWidth()) return null;
  const time = timeAt(x);
  const half = y + view.top < row.y + row.height / 2 ? 1 : 2;
  const { schedule, device } = row;
  const isLane = row.type === "lane";
  const operation = isLane ? schedule.operationAt(device, time, half) : -1;
  return {
    row,
    time,
    operation,
    gap: isLane && operation < 0 ? schedule.entryAt(schedule.gaps, device, time) : -1,
    stream: row.type === "stream" ? schedule.entryAt(schedule.streams, device, time) : -1,
  };
}

/** Lines that say what is at a place. */
function describe(thing) {
  if (!thing) return [];
  const { schedule, device } = thing.row;
  if (thing.operation >= 0) return schedule.describe(thing.operation);
  if (thing.gap >= 0) return [schedule.laneName(device), ...schedule.describeGap(thing.gap)];
  if (thing.stream >= 0) return [schedule.laneName(device), ...schedule.describeStream(thing.stream)];
  if (thing.row.type !== "memory") return [];
  const level = withUnit(schedule.levelAt(device, thing.time), schedule.memoryUnit);
  const { limit } = schedule.devices[device];
  return [
    `${schedule.laneName(device)} holds ${level}`,
    limit === null ? "no memory limit" : `limit ${withUnit(limit, schedule.memoryUnit)}`,
    `at ${withUnit(thing.time, schedule.timeUnit)}`,
  ];
}
