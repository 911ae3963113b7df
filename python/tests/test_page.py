"""The examples of docs/python.md."""

import os
import pathlib
import re
import tempfile
import unittest

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "python.md"


class PageTests(unittest.TestCase):
    def test_the_examples_run(self):
        blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        self.assertEqual(len(blocks), 3)
        before = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                exec(compile("\n".join(blocks), str(PAGE), "exec"), {})
                self.assertEqual(sorted(os.listdir(folder)), ["best.json", "best.svg"])
            finally:
                os.chdir(before)


if __name__ == "__main__":
    unittest.main()
