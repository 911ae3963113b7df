"""Uses pages of `pipeloom report` as a reader would, in a headless Chromium: main.py PROGRAM CHROMIUM [FOLDER]

Screenshots are left in FOLDER, where one is given.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile

from browser import Browser

program, executable = os.path.abspath(sys.argv[1]), sys.argv[2]
pictures = sys.argv[3] if len(sys.argv) > 3 else None
work = tempfile.TemporaryDirectory()
failures = []
passed = 0


def expect(condition, what):
    global passed
    if condition:
        passed += 1
    else:
        failures.append(what)
        print(f"FAILED: {what}", flush=True)


def pipeloom(*arguments):
    subprocess.run([program, *arguments], cwd=work.name, check=True, stdout=subprocess.DEVNULL)


def path(name):
    return os.path.join(work.name, name)


def schedule(name):
    with open(path(name)) as file:
        return json.load(file)


def picture(browser, name, whole=False):
    if pictures:
        browser.screenshot(os.path.join(pictures, name), whole)


def box(browser):
    return browser.evaluate("(() => { const b = document.getElementById('chart').getBoundingClientRect();"
                            " return [b.left, b.top, b.width, b.height]; })()")


def milliseconds(browser):
    """How long the page says that its last frame took."""
    return browser.evaluate("pipeloomReport.view.milliseconds")


def lane(browser, device):
    """The middle of a device's lane of the first schedule, in the window."""
    return box(browser)[1] + browser.evaluate(
        "(() => { const { view, schedules } = pipeloomReport; const row = view.rows.find(row => row.type === 'lane'"
        f" && row.schedule === schedules[0] && row.device === {device}); return row.y - view.top + row.height / 2; }})()")


def tip(browser):
    return browser.evaluate("document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent")


def status(browser):
    return browser.evaluate("document.getElementById('status').textContent")


def pixels(browser, width, height):
    """How many of the canvas's pixels differ in colour from its first one, in a part at the left upper corner."""
    return browser.evaluate(
        "(() => { const c = document.getElementById('chart'); const d = c.getContext('2d')"
        f".getImageData(100, 0, {width}, {height}).data; let s = 0;"
        " for (let i = 0; i < d.length; i += 4) s = (s * 31 + d[i] * 65536 + d[i + 1] * 256 + d[i + 2]) % 4294967291;"
        " return s; })()")


def small(browser):
    """Two schedules on one axis: hover, zoom, pan, marks, filters, keys."""
    pipeloom("generate", "1f1b", "uniform-4x8", "--memory-limit", "12", "-o", "a.json")
    pipeloom("generate", "zb-h1", "uniform-4x8", "--communication", "0.5", "-o", "b.json")
    pipeloom("report", "a.json", "b.json", "--title", "A <b>&\"title\"</script>", "-o", "r.html")
    browser.open(path("r.html"))
    picture(browser, "report-two.png", whole=True)
    expect(browser.evaluate("document.title") == "A <b>&\"title\"</script>", "the title is text")
    requests = [event["params"]["request"]["url"] for event in browser.events
                if event.get("method") == "Network.requestWillBeSent"]
    expect([url for url in requests if not url.startswith(("file:", "data:"))] == [], f"no network: {requests}")
    errors = [event for event in browser.events if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")]
    expect(errors == [], f"no errors: {errors}")
    expect(not browser.evaluate("getComputedStyle(document.querySelector('.still')).display !== 'none'"),
           "the still picture gives way to the chart")

    # The first operation of 1F1B on device 0 is F0 from 0 to 1.
    left, top, width, _ = box(browser)
    x, y = left + 92 + 12, lane(browser, 0)
    browser.mouse("mouseMoved", x, y)
    said = tip(browser)
    expect("F: forward" in said and "microbatch 0, stage 0, device 0" in said and "0 to 1" in said, f"hover tells: {said}")
    # Device 3 waits for F0 to come through three devices.
    browser.mouse("mouseMoved", x, lane(browser, 3))
    said = tip(browser)
    expect("idle" in said and "F0 of stage 2 on device 2" in said, f"a gap tells what it waits for: {said}")

    before = window(browser)
    browser.mouse("mouseWheel", left + width / 2, y, deltaX=0, deltaY=-300)
    browser.settle()
    after = window(browser)
    expect(after[1] - after[0] < (before[1] - before[0]) / 2, f"the wheel zooms: {before} {after}")
    expect(before[0] < after[0] and after[1] < before[1], "where the pointer is")
    browser.mouse("mousePressed", left + 400, y, button="left", clickCount=1)
    browser.mouse("mouseMoved", left + 300, y, button="left", buttons=1)
    browser.mouse("mouseReleased", left + 300, y, button="left", clickCount=1)
    browser.settle()
    moved = window(browser)
    expect(moved[0] > after[0] and abs((moved[1] - moved[0]) - (after[1] - after[0])) < 1e-9, "dragging moves")
    browser.evaluate("document.getElementById('all').click()")
    browser.settle()
    expect(abs(window(browser)[0] - before[0]) < 1e-9, "all is shown again")

    plain = pixels(browser, 800, 300)
    browser.click(x, y)
    expect("microbatch 0 marked: 8 and 12 operations" in status(browser), f"a click marks a way: {status(browser)}")
    expect(pixels(browser, 800, 300) != plain, "the way is painted")
    picture(browser, "report-marked.png")
    browser.click(x, y)
    expect(status(browser) == "", "a second click takes the mark away")

    browser.evaluate("document.getElementById('chart').focus()")
    browser.key("Escape")
    browser.key("n")
    expect("F: forward; microbatch 0, stage 0, device 0" in status(browser), f"keys select: {status(browser)}")
    browser.key("n")
    expect("microbatch 1, stage 0" in status(browser), f"and go on: {status(browser)}")
    browser.key("j")
    expect("device 1" in status(browser), f"and across: {status(browser)}")
    browser.key("Enter")
    expect("marked" in status(browser), f"Enter marks: {status(browser)}")
    browser.key("Escape")
    browser.key("+")
    zoomed = window(browser)
    expect(zoomed[1] - zoomed[0] < before[1] - before[0], "plus zooms")
    browser.key("ArrowRight")
    expect(window(browser)[0] > zoomed[0], "arrows move")
    browser.key("Home")

    def devices(text):
        browser.evaluate("(() => { const f = document.getElementById('devices'); f.value = " + json.dumps(text)
                         + "; f.dispatchEvent(new Event('input')); return f.checkValidity(); })()")
        browser.settle()
        return browser.evaluate("pipeloomReport.view.rows.filter(row => row.type === 'lane').length")

    expect(devices("0-1,3") == 6, "devices are chosen")
    expect(devices("x") == 6, "what is no list changes nothing")
    expect(devices("") == 8, "all devices again")

    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    browser.settle()
    expect(browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 20, 25)", "dark style")
    expect(pixels(browser, 800, 300) != plain, "the chart is dark, too")
    picture(browser, "report-dark.png")
    browser.call("Emulation.setEmulatedMedia", features=[], media="print")
    shown = browser.evaluate("['.still', '#chart'].map(s => getComputedStyle(document.querySelector(s)).display)")
    expect(shown == ["block", "none"], f"on paper the still picture: {shown}")
    picture(browser, "report-print.png", whole=True)
    browser.call("Emulation.setEmulatedMedia", media="")
    expect(browser.pdf().startswith(b"%PDF"), "it prints")


def window(browser):
    return browser.evaluate("[pipeloomReport.view.from, pipeloomReport.view.to]")


def streams(browser):
    """Streams and tasks: a lane for each stream, and what users called everything."""
    with open(path("p.yaml"), "w") as file:
        file.write(STREAMS)
    pipeloom("search", "p.yaml", "--backward", "split", "--iterations", "10", "-o", "s.json")
    pipeloom("report", "s.json", "-o", "s.html")
    browser.open(path("s.html"))
    picture(browser, "report-streams.png", whole=True)
    rows = browser.evaluate("pipeloomReport.view.rows.map(row => row.type)")
    expect(rows == ["heading", "lane", "memory", "lane"], f"a lane for each stream: {rows}")
    left, top, width, _ = box(browser)
    scale = (width - 92 - 8) / (10 * 1.015)
    at = lambda time: left + 92 + (time + 0.05) * scale

    def told(time, row):
        place = browser.evaluate(f"(() => {{ const row = pipeloomReport.view.rows[{row}];"
                                 " return row.y - pipeloomReport.view.top + row.height / 2; })()")
        browser.mouse("mouseMoved", at(time), top + place)
        return tip(browser)

    for time, row, words in [
            (1, 1, "F(stage 0, microbatch 0, phase 0): forward"), (1, 1, "device 0"),
            (3.5, 3, "F(stage 0, microbatch 0, phase 1): forward"), (3.5, 3, "device 0 net"),
            (3.5, 1, "idle"), (3.5, 1, "F(stage 0, microbatch 0, phase 1) on device 0 net"),
            (9, 3, "reduce.0: task"), (9, 1, "nothing is left to do"), (1, 2, "device 0 holds")]:
        said = told(time, row)
        expect(words in said, f"at {time} in row {row}: {words}, found {said}")
    browser.click(at(1), top + browser.evaluate("pipeloomReport.view.rows[1].y + 5"))
    expect("microbatch 0 marked: 5 operations" in status(browser), f"its way: {status(browser)}")
    browser.evaluate("(() => { const f = document.getElementById('devices'); f.value = '1';"
                     " f.dispatchEvent(new Event('input')); })()")
    browser.settle()
    expect(browser.evaluate("pipeloomReport.view.rows.length") == 1, "streams go with their device")


# F from 0 to 2, on its way until 5, and until 6; B and W until 8, the reduction until 10.
STREAMS = """
pipeloom: problem/1
devices: 1
microbatches: 1
streams: [compute, net]
stages: [{forward: [2, {time: 3, stream: net}, 1], backwardInput: 1, backwardWeight: 1}]
tasks: [{name: reduce, per: stage, stream: net, time: 2, needs: [W]}]
"""


def without_scripts(browser):
    """The still picture and the tables where scripts are off."""
    browser.allow_scripts(False)
    browser.open(path("r.html"))
    picture(browser, "report-still.png", whole=True)
    # Evaluation from outside works even so.
    expect(browser.evaluate("getComputedStyle(document.querySelector('.still')).display") == "block", "a still picture")
    expect(browser.evaluate("document.querySelectorAll('.still svg path[stroke-width]').length") == 4 * 2 + 4 * 3,
           "a line of dashes for each device and kind")
    text = browser.evaluate("document.body.innerText")
    for words in ["1F1B", "ZB-H1", "No schedule of this problem has a makespan below", "Devices", "waits for"]:
        expect(words in text, f"tables and words say {words}")
    # The dashes are as long as the operations: 8 of F, each 1 long, of 33 on 1200 - 78.
    lengths = browser.evaluate(
        "[...document.querySelector('.still svg path.k0').getAttribute('d').matchAll(/h([0-9.]+)/g)].map(m => +m[1])")
    expect(len(lengths) == 8 and all(abs(length - 1122 / 33) < 0.6 for length in lengths), f"dashes are true: {lengths}")
    browser.allow_scripts(True)


def large(browser):
    """49,152 operations: 64 devices, 256 microbatches."""
    pipeloom("generate", "zb-h1", "--devices", "64", "--microbatches", "256", "--communication", "0.1", "-o", "l.json")
    pipeloom("report", "l.json", "-o", "l.html")
    size = os.path.getsize(path("l.html"))
    expect(size < 4_000_000, f"the page has {size} bytes, at most 4 MB")
    browser.open(path("l.html"))
    picture(browser, "report-64x256.png")
    frames = []
    left, top, width, _ = box(browser)
    for memory in [False, True]:
        browser.evaluate(f"document.getElementById('memory').checked === {json.dumps(memory)}"
                         " || document.getElementById('memory').click()")
        browser.settle()
        for delta in [-120] * 12 + [120] * 12:
            browser.mouse("mouseWheel", left + 0.37 * width, top + 200, deltaX=0, deltaY=delta)
            browser.settle()
            frames.append(milliseconds(browser))
    browser.evaluate("(() => { const f = document.getElementById('microbatch'); f.value = 100;"
                     " f.dispatchEvent(new Event('input')); })()")
    browser.settle()
    frames.append(milliseconds(browser))
    picture(browser, "report-64x256-marked.png")
    frames.sort()
    middle = frames[len(frames) // 2]
    print(f"64x256: {size} bytes; a frame takes {middle} ms, {frames[-1]} ms at most of {len(frames)}", flush=True)
    # A machine that has other work to do may lose one frame or another.
    expect(middle < 60, f"a frame takes {middle} ms, less than 60")


# A browser that hangs is a failure, too.
signal.alarm(150)
browser = Browser(executable)
try:
    small(browser)
    without_scripts(browser)
    streams(browser)
    large(browser)
finally:
    browser.close()
    work.cleanup()
print(f"{passed} passed, {len(failures)} failed")
sys.exit(1 if failures else 0)
