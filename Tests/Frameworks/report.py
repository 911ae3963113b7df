"""One line per case, and a summary."""

import contextlib
import time


class Report:
    """Prints cases as they end and counts them."""

    def __init__(self):
        self.counts = {"ok": 0, "FAILED": 0, "skipped": 0}
        self.begun = time.monotonic()

    def line(self, verdict, name, text):
        self.counts[verdict] += 1
        print(f"{verdict:8}{name}: {text}", flush=True)

    def skip(self, name, reason):
        self.line("skipped", name, reason)

    @contextlib.contextmanager
    def case(self, name):
        """A case that fails with any exception or unmet expectation."""
        case = Case()
        try:
            yield case
        except Exception as error:
            case.expect(False, f"{type(error).__name__}: {error}")
        self.line("FAILED" if case.failures else "ok", name, "; ".join(case.failures or case.remarks))

    def summarize(self):
        """Prints the summary and returns the exit status."""
        seconds = time.monotonic() - self.begun
        print(
            f"{self.counts['ok']} ok, {self.counts['FAILED']} failed, {self.counts['skipped']} skipped "
            f"in {seconds:.0f} s")
        return 1 if self.counts["FAILED"] or not self.counts["ok"] else 0


class Case:
    """What one case found."""

    def __init__(self):
        self.failures = []
        self.remarks = []

    def expect(self, condition, otherwise):
        if not condition:
            self.failures.append(otherwise)

    def say(self, remark):
        self.remarks.append(remark)
