"""The functions of the package against the program itself, and against closed forms."""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import warnings

import pipeloom

BUNDLE = pathlib.Path(pipeloom.__file__).parent / "bundle"
UNIFORM = {
    "pipeloom": "problem/1", "name": "four equal stages", "devices": 4, "microbatches": 8,
    "stages": [{
        "repeat": 4, "forward": 1, "backwardInput": 1, "backwardWeight": 1, "activationForB": 1,
        "activationForW": 0.5}],
}


class GenerateTests(unittest.TestCase):
    def test_a_dictionary_becomes_a_schedule(self):
        made = pipeloom.generate("1f1b", UNIFORM)
        # 1F1B: m (F + B + W) + (p - 1) (F + B + W) with equal stages and no communication.
        self.assertEqual(made.summary["makespan"], (8 + 4 - 1) * 3)
        self.assertEqual(made.microbatches, 8)
        self.assertEqual(len(made.document["devices"]), 4)
        self.assertEqual(made.problem["name"], "four equal stages")
        self.assertEqual(repr(made), "<1f1b: 4 devices, 8 microbatches, makespan 33>")

    def test_files_presets_and_flags_are_problems_too(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "problem.json"
            path.write_text(json.dumps(UNIFORM))
            self.assertEqual(pipeloom.generate("1f1b", path).text, pipeloom.generate("1f1b", UNIFORM).text)
        self.assertEqual(pipeloom.generate("gpipe", "uniform-4x8").microbatches, 8)
        flags = pipeloom.generate("1f1b", devices=3, microbatches=5, forward=1, backward_input=1)
        self.assertEqual(flags.microbatches, 5)

    def test_the_text_is_the_programs_own(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "s.json"
            pipeloom.run("generate", "zb-h1", "uniform-4x8", output=path)
            made = pipeloom.generate("zb-h1", "uniform-4x8")
            self.assertEqual(made.text, path.read_bytes())
            made.save(path)
            self.assertEqual(pipeloom.Schedule.load(path).text, made.text)

    def test_an_output_is_refused(self):
        with self.assertRaisesRegex(TypeError, "save"):
            pipeloom.generate("1f1b", UNIFORM, output="s.json")


class SearchTests(unittest.TestCase):
    def test_a_search_is_certified(self):
        best = pipeloom.search(UNIFORM, iterations=500, threads=1)
        # Zero bubble but for the way in and out: m (F + B + W) + (p - 1) F.
        self.assertEqual(best.summary["makespan"], 8 * 3 + 3)
        self.assertTrue(best.summary["optimal"])

    def test_options_reach_the_program(self):
        tight = pipeloom.search(UNIFORM, memory_limit="0.5x", iterations=500, threads=1)
        self.assertLessEqual(max(tight.summary["peakMemory"]), 2)

    def test_orders_are_timed_under_other_problems(self):
        made = pipeloom.generate("1f1b", UNIFORM)
        slower = json.loads(json.dumps(UNIFORM))
        slower["stages"][0]["forward"] = 2
        self.assertEqual(made.simulate(slower).summary["makespan"], (8 + 4 - 1) * 4)


class CheckTests(unittest.TestCase):
    def test_a_right_schedule_has_no_violations(self):
        report = pipeloom.check(pipeloom.generate("zb-h1", UNIFORM), communication="rendezvous")
        self.assertEqual(report["violations"], [])
        self.assertEqual(report["operations"], 4 * 8 * 3)

    def test_a_wrong_schedule_has_some(self):
        document = json.loads(pipeloom.generate("1f1b", UNIFORM).text)
        operations = document["devices"][3]["operations"]
        operations[0], operations[1] = operations[1], operations[0]
        self.assertNotEqual(pipeloom.check(document)["violations"], [])


class RenderTests(unittest.TestCase):
    def test_pictures_have_their_formats(self):
        made = pipeloom.generate("1f1b", UNIFORM)
        self.assertTrue(pipeloom.render(made).startswith(b"<?xml"))
        self.assertTrue(pipeloom.render(made, format="png").startswith(b"\x89PNG"))
        self.assertTrue(pipeloom.render(made, format="pdf", theme="dark").startswith(b"%PDF-"))
        self.assertEqual(made._repr_svg_().encode(), pipeloom.render(made))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.svg"
            self.assertEqual(pipeloom.render(made, path), path.read_bytes())


class CompareTests(unittest.TestCase):
    def test_schedules_come_shortest_first(self):
        found = pipeloom.compare(pipeloom.generate("1f1b", UNIFORM), pipeloom.generate("zb-h1", UNIFORM))
        self.assertEqual([line["title"] for line in found.schedules], ["ZB-H1", "1F1B"])
        self.assertEqual(found.left_out, [])

    def test_families_are_compared_on_one_problem(self):
        # ZB-H2 holds more than the four microbatches of 1F1B.
        found = pipeloom.compare(UNIFORM, families=["1f1b", "zb-h2", "zb-h1"], memory_limit=4)
        self.assertEqual([line["title"] for line in found.schedules], ["ZB-H1", "1F1B"])
        self.assertEqual([line["family"] for line in found.left_out], ["zb-h2"])


class EstimateTests(unittest.TestCase):
    CONFIG = {
        "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
        "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
        "max_position_embeddings": 8192, "tie_word_embeddings": False}

    def test_parameters_are_counted(self):
        found = pipeloom.estimate(self.CONFIG)
        self.assertIn(8_030_261_248, found.report["parameters"].values())
        self.assertIsNone(found.problem)

    def test_the_problem_can_be_searched(self):
        found = pipeloom.estimate(self.CONFIG, hardware="h100", tensor=8, devices=4, microbatches=8)
        self.assertEqual(found.problem["devices"], 4)
        self.assertEqual(pipeloom.search(found.problem, iterations=50, threads=1).microbatches, 8)


class ErrorTests(unittest.TestCase):
    def test_a_wrong_value_has_a_key_and_a_reason(self):
        wrong = json.loads(json.dumps(UNIFORM))
        wrong["stages"][0]["forward"] = "ten"
        with self.assertRaises(pipeloom.InputError) as caught:
            pipeloom.generate("1f1b", wrong)
        self.assertEqual(caught.exception.key, "stages[0].forward")
        self.assertIsNone(caught.exception.file)
        self.assertIn("expected a number", caught.exception.reason)
        self.assertEqual(str(caught.exception), f"stages[0].forward: {caught.exception.reason}")

    def test_a_wrong_file_has_its_place(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "p.yaml")
            pathlib.Path(path).write_text(
                "pipeloom: problem/1\ndevices: 1\nmicrobatches: many\n"
                "stages: [{forward: 1, backwardInput: 1, backwardWeight: 1}]\n")
            with self.assertRaises(pipeloom.InputError) as caught:
                pipeloom.search(path)
        error = caught.exception
        self.assertEqual((error.file, error.line, error.key), (path, 3, "microbatches"))
        self.assertTrue(str(error).startswith(f"{path}:3"))

    def test_every_status_has_its_exception(self):
        with self.assertRaises(pipeloom.UsageError):
            pipeloom.search(UNIFORM, no_such_option=1)
        with self.assertRaises(pipeloom.UsageError):
            pipeloom.generate("no-such-family", UNIFORM)
        with self.assertRaises(pipeloom.MissingInputError) as caught:
            pipeloom.check("no-such-file.json")
        self.assertEqual(caught.exception.file, "no-such-file.json")
        self.assertEqual(caught.exception.status, 66)

    def test_warnings_are_warnings(self):
        suspicious = json.loads(json.dumps(UNIFORM))
        suspicious["stages"][0] |= {"backwardInput": 0, "backwardWeight": 0}
        suspicious["communication"] = 1
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            made = pipeloom.generate("1f1b", suspicious)
            pipeloom.render(made)
            made.simulate(suspicious)
        self.assertGreaterEqual(len(caught), 2)
        for warning in caught:
            self.assertEqual((warning.category, warning.filename), (pipeloom.PipeloomWarning, __file__))
            self.assertNotIn("pipeloom-", str(warning.message))


class CommandTests(unittest.TestCase):
    @unittest.skipUnless(BUNDLE.exists(), "the package has no program of its own")
    def test_the_module_is_the_program(self):
        done = subprocess.run(
            [sys.executable, "-m", "pipeloom", "search", "no-such-file"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 66)
        self.assertTrue(done.stderr.startswith("pipeloom: no-such-file"), done.stderr)


@unittest.skipUnless(importlib.util.find_spec("pandas"), "pandas is not installed")
class PandasTests(unittest.TestCase):
    def test_operations_are_rows(self):
        frame = pipeloom.generate("1f1b", UNIFORM).to_pandas()
        self.assertEqual(len(frame), 4 * 8 * 2)
        self.assertEqual(list(frame.columns[:5]), ["device", "position", "op", "stage", "microbatch"])
        self.assertEqual(frame.groupby("device")["end"].max().max(), 33)
        self.assertEqual(frame.query("op == 'F'").groupby("stage").size().tolist(), [8] * 4)

    def test_comparisons_are_tables(self):
        frame = pipeloom.compare("uniform-4x8", families="1f1b,zb-h1").to_pandas()
        self.assertEqual(frame["title"].tolist(), ["ZB-H1", "1F1B"])


if __name__ == "__main__":
    unittest.main()
