// What the page holds, decoded: columns of numbers, one entry per operation, step or gap.

const NONE = 0xff;
const NO_MICROBATCH = 0xffff;

/** A column of numbers of a type, from base64. */
function column(Type, text) {
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = decoded.charCodeAt(index);
  return new Type(bytes.buffer);
}

/** The first index of a range of an ascending column whose value is above a limit. */
function firstAbove(values, limit, low, high) {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A number as reports print it: at most four decimals, four digits where it is below a tenth. */
function short(value) {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && Math.abs(value) < 0.1) return String(Number(value.toPrecision(4)));
  return String(Number(value.toFixed(4)));
}

function withUnit(value, unit) {
  return unit ? `${short(value)} ${unit}` : short(value);
}

/** One schedule with its times, memory, transfers to hosts and gaps; by lanes: devices, and streams of them beside their first. */
class Schedule {
  constructor(data) {
    Object.assign(this, data);
    this.kind = column(Uint8Array, data.kind);
    this.stage = column(Uint16Array, data.stage);
    this.microbatch = column(Uint16Array, data.microbatch);
    this.start = column(Float64Array, data.start);
    this.end = column(Float64Array, data.end);
    this.half = column(Uint8Array, data.half);
    this.memory.time = column(Float64Array, data.memory.time);
    this.memory.level = column(Float32Array, data.memory.level);
    for (const part of [this.streams, this.gaps]) {
      part.start = column(Float64Array, part.start);
      part.end = column(Float64Array, part.end);
      part.stage = column(Uint16Array, part.stage);
      part.microbatch = column(Uint16Array, part.microbatch);
      part.kind = column(Uint8Array, part.kind);
    }
    this.gaps.cause = column(Uint8Array, data.gaps.cause);
    this.gaps.device = column(Uint16Array, data.gaps.device);
    let largest = 0;
    for (const level of this.memory.level) largest = Math.max(largest, level);
    for (const device of this.devices) largest = Math.max(largest, device.limit ?? 0);
    this.largestMemory = largest;
  }

  /** The operations of a device that a window of time touches, as the first and the one behind the last. */
  visible(device, from, to) {
    const [low, high] = [this.bounds[device], this.bounds[device + 1]];
    // The two halves of a pair run side by side, so that one before the first may reach into the window, too.
    let first = Math.max(low, firstAbove(this.start, from, low, high) - 2);
    while (first < high && this.end[first] <= from) first++;
    return [first, firstAbove(this.start, to, first, high)];
  }

  /** The operation of a device at a time and a half of its lane, or -1. */
  operationAt(device, time, half) {
    const [first, end] = this.visible(device, time, time);
    for (let index = first; index < end; index++) {
      if (this.start[index] <= time && time < this.end[index] && (!this.half[index] || this.half[index] === half))
        return index;
    }
    return -1;
  }

  /** The entry of a part (gaps or streams) of a device at a time, or -1. */
  entryAt(part, device, time) {
    const [low, high] = [part.bounds[device], part.bounds[device + 1]];
    for (let index = Math.max(low, firstAbove(part.start, time, low, high) - 2); index < high; index++) {
      if (part.start[index] > time) return -1;
      if (time < part.end[index]) return index;
    }
    return -1;
  }

  /** What a device holds at a time. */
  levelAt(device, time) {
    const [low, high] = [this.memory.bounds[device], this.memory.bounds[device + 1]];
    const step = firstAbove(this.memory.time, time, low, high) - 1;
    return this.memory.level[Math.max(low, step)];
  }

  /** A lane in words: its device, and its stream where that is not the first. */
  laneName(lane) {
    const { device, stream } = this.devices[lane];
    return stream === undefined ? `device ${device}` : `device ${device} ${stream}`;
  }

  /** What stands in the bar of an operation. */
  label(index) {
    const microbatch = this.microbatch[index];
    return this.names && microbatch === NO_MICROBATCH ? this.names[index] : String(microbatch);
  }

  /** The lane of an operation. */
  laneOf(index) {
    return firstAbove(this.bounds, index, 0, this.bounds.length) - 1;
  }

  /** The operations of a microbatch in the order of their starts. */
  way(microbatch) {
    const way = [];
    for (let index = 0; index < this.kind.length; index++)
      if (this.microbatch[index] === microbatch && this.end[index] > this.start[index]) way.push(index);
    return way.sort((one, other) => this.start[one] - this.start[other]);
  }

  /** What a gap waits for, in short: `F5 of stage 2`, or the name that the problem gives it. */
  awaited(index) {
    const gaps = this.gaps;
    return gaps.names?.[index] ?? `${page.kinds[gaps.kind[index]].symbol}${gaps.microbatch[index]} of stage ${gaps.stage[index]}`;
  }

  /** What there is to say of an operation, a line each. */
  describe(index) {
    const kind = page.kinds[this.kind[index]];
    const lane = this.laneName(this.laneOf(index));
    const place = `microbatch ${this.microbatch[index]}, stage ${this.stage[index]}, ${lane}`;
    return [
      `${this.names?.[index] ?? kind.symbol}: ${kind.title}`,
      this.names ? lane : place,
      this.span(this.start[index], this.end[index]),
    ];
  }

  /** What a device waits for in a gap, a line each. */
  describeGap(index) {
    const gaps = this.gaps;
    const lines = [`idle: ${page.causes[gaps.cause[index]]}`];
    if (gaps.kind[index] !== NONE) lines.push(`${this.awaited(index)} on ${this.laneName(gaps.device[index])}`);
    return [...lines, this.span(gaps.start[index], gaps.end[index])];
  }

  describeStream(index) {
    const streams = this.streams;
    return [
      `${page.streamKinds[streams.kind[index]].title}`,
      `microbatch ${streams.microbatch[index]}, stage ${streams.stage[index]}`,
      this.span(streams.start[index], streams.end[index]),
    ];
  }

  span(start, end) {
    return `${short(start)} to ${withUnit(end, this.timeUnit)} (${withUnit(end - start, this.timeUnit)})`;
  }
}

const page = JSON.parse(document.getElementById("data").textContent);
const schedules = page.schedules.map((data) => new Schedule(data));
