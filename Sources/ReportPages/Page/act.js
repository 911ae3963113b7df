// What the reader does: wheel, pointer, keys and fields.

const tip = document.getElementById("tip");
const status = document.getElementById("status");
const fields = {
  devices: document.getElementById("devices"),
  microbatch: document.getElementById("microbatch"),
  memory: document.getElementById("memory"),
};
let isWaiting = false;

/** Paints before the next frame, once for all that has changed. */
function refresh() {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    view.milliseconds = paint();
  });
}

/** Lays out anew and paints. */
function arrange() {
  view.width = canvas.clientWidth || 800;
  layOut();
  refresh();
}

/** Marks the way of a microbatch, or of none. */
function mark(microbatch) {
  view.microbatch = microbatch;
  fields.microbatch.value = microbatch ?? "";
  const ways = schedules.map((schedule) => schedule.way(microbatch ?? -1).length);
  status.textContent =
    microbatch === null ? "" : `microbatch ${microbatch} marked: ${ways.join(" and ")} operations`;
  refresh();
}

/** Selects an operation, tells about it and brings it into view. */
function select(schedule, index) {
  view.selected = { schedule, index };
  status.textContent = schedule.describe(index).join("; ");
  const length = view.to - view.from;
  if (schedule.end[index] < view.from || schedule.start[index] > view.to)
    show(schedule.start[index] - length / 3, length);
  refresh();
}

/** Selects the next operation of the device, or the one before, or the same place on another device. */
function step(along, across) {
  const lanes = view.rows.filter((row) => row.type === "lane");
  if (!lanes.length) return;
  if (!view.selected) {
    const [first, end] = lanes[0].schedule.visible(lanes[0].device, view.from, view.to);
    if (first < end) select(lanes[0].schedule, first);
    return;
  }
  const { schedule, index } = view.selected;
  const device = schedule.laneOf(index);
  if (along) {
    const next = index + along;
    if (next >= schedule.bounds[device] && next < schedule.bounds[device + 1]) select(schedule, next);
    return;
  }
  const place = lanes.findIndex((row) => row.schedule === schedule && row.device === device) + across;
  if (place < 0 || place >= lanes.length) return;
  const row = lanes[place];
  const bounds = row.schedule.bounds;
  const time = schedule.start[index];
  const next = firstAbove(row.schedule.start, time, bounds[row.device], bounds[row.device + 1]) - 1;
  if (bounds[row.device] < bounds[row.device + 1]) select(row.schedule, Math.max(bounds[row.device], next));
  if (row.y < view.top) scrollRows(row.y - view.top);
  if (row.y + row.height > view.top + view.height - AXIS)
    scrollRows(row.y + row.height - view.top - view.height + AXIS);
}

function place(event) {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

canvas.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      pan((event.deltaX || event.deltaY) * unit);
    } else if (event.altKey) {
      scrollRows(event.deltaY * unit);
    } else {
      zoom(Math.exp(-Math.max(-400, Math.min(400, event.deltaY * unit)) / 300), place(event)[0]);
    }
    refresh();
  },
  { passive: false },
);

let drag = null;

canvas.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  drag = { at: place(event), isMoved: false };
  canvas.setPointerCapture(event.pointerId);
});

canvas.addEventListener("pointermove", (event) => {
  const [x, y] = place(event);
  if (drag) {
    const [dx, dy] = [x - drag.at[0], y - drag.at[1]];
    if (!drag.isMoved && Math.hypot(dx, dy) < 4) return;
    drag.isMoved = true;
    pan(-dx);
    scrollRows(-dy);
    drag.at = [x, y];
    tip.hidden = true;
    return refresh();
  }
  const lines = describe(thingAt(x, y));
  tip.hidden = !lines.length;
  tip.textContent = lines.join("\n");
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - box.width - 8))}px`;
  tip.style.top = `${Math.max(4, Math.min(event.clientY + 14, innerHeight - box.height - 8))}px`;
});

canvas.addEventListener("pointerup", (event) => {
  const wasMoved = drag?.isMoved ?? true;
  drag = null;
  if (wasMoved) return;
  const thing = thingAt(...place(event));
  if (!thing || thing.operation < 0) {
    view.selected = null;
    return mark(null);
  }
  const { schedule } = thing.row;
  view.selected = { schedule, index: thing.operation };
  const microbatch = schedule.microbatch[thing.operation];
  mark(view.microbatch === microbatch ? null : microbatch);
});

canvas.addEventListener("pointercancel", () => (drag = null));
canvas.addEventListener("pointerleave", () => (tip.hidden = true));
canvas.addEventListener("dblclick", () => {
  fit();
  refresh();
});

const keys = {
  "+": () => zoom(1.5),
  "=": () => zoom(1.5),
  "-": () => zoom(1 / 1.5),
  ArrowLeft: () => pan(-0.15 * plotWidth()),
  ArrowRight: () => pan(0.15 * plotWidth()),
  ArrowUp: () => scrollRows(-60),
  ArrowDown: () => scrollRows(60),
  Home: fit,
  0: fit,
  n: () => step(1, 0),
  p: () => step(-1, 0),
  j: () => step(0, 1),
  k: () => step(0, -1),
  Enter: () => {
    const selected = view.selected;
    if (!selected) return;
    const microbatch = selected.schedule.microbatch[selected.index];
    mark(view.microbatch === microbatch ? null : microbatch);
  },
  m: () => {
    fields.memory.checked = view.memory = !view.memory;
    arrange();
  },
  Escape: () => {
    view.selected = null;
    tip.hidden = true;
    mark(null);
  },
};

canvas.addEventListener("keydown", (event) => {
  const act = keys[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
  refresh();
});

fields.devices.addEventListener("input", () => {
  const devices = parseDevices(fields.devices.value);
  fields.devices.setCustomValidity(devices === undefined ? "devices such as 0-7,56-63" : "");
  if (devices === undefined) return;
  view.devices = devices;
  arrange();
});

fields.microbatch.addEventListener("input", () => {
  const text = fields.microbatch.value;
  mark(text === "" ? null : Number(text));
});

fields.memory.addEventListener("change", () => {
  view.memory = fields.memory.checked;
  arrange();
});

for (const [name, act] of Object.entries({ closer: () => zoom(1.5), farther: () => zoom(1 / 1.5), all: fit }))
  document.getElementById(name).addEventListener("click", () => {
    act();
    refresh();
  });

darkness.addEventListener("change", () => {
  chooseColours();
  refresh();
});

new ResizeObserver(() => {
  if (canvas.clientWidth !== view.width) arrange();
}).observe(canvas);
addEventListener("resize", arrange);

// For the console, and for tests.
globalThis.pipeloomReport = { view, schedules };

document.documentElement.classList.add("scripted");
fields.memory.checked = view.memory;
chooseColours();
fit();
arrange();
