import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Orders of streams in schedule files")
struct StreamFileTests {
  /// One device, a task after each forward pass on the first stream, another beside it on the second.
  private static let text = """
    {
      "pipeloom": "schedule/1",
      "problem": {
        "pipeloom": "problem/1", "devices": 1, "microbatches": 2, "placement": "sequential",
        "stages": [{"forward": 1, "backward": 1}], "streams": ["compute", "side"],
        "tasks": [
          {"name": "plain", "per": "microbatch", "devices": [0], "time": 1, "needs": ["0F"]},
          {"name": "beside", "per": "microbatch", "devices": [0], "stream": "side", "time": 1, "needs": ["0F"], "pieces": 2}
        ]
      },
      "devices": [
        {"device": 0, "operations": [
          {"op": "F", "stage": 0, "microbatch": 0, "start": 0, "end": 1},
          {"op": "F", "stage": 0, "microbatch": 1, "start": 1, "end": 2},
          {"op": "T", "task": "beside", "copy": 0, "piece": 0, "start": 1, "end": 1.5},
          {"op": "T", "task": "beside", "copy": 0, "piece": 1, "start": 1.5, "end": 2},
          {"op": "T", "task": "plain", "copy": 0, "start": 2, "end": 3},
          {"op": "T", "task": "plain", "copy": 1, "start": 3, "end": 4},
          {"op": "T", "task": "beside", "copy": 1, "piece": 0, "start": 2, "end": 2.5},
          {"op": "T", "task": "beside", "copy": 1, "piece": 1, "start": 2.5, "end": 3},
          {"op": "BW", "stage": 0, "microbatch": 0, "start": 4, "end": 5},
          {"op": "BW", "stage": 0, "microbatch": 1, "start": 5, "end": 6}
        ]}
      ]
    }
    """

  private func decoded(_ text: String) throws -> ScheduleFile {
    try ScheduleFile.decode(Array(text.utf8), file: "s.json")
  }

  @Test(
    "stay as they are listed within a stream, whatever times a file claims",
    arguments: [
      ("", ""),
      // The second pass claims to run before the first one.
      (#""microbatch": 1, "start": 1, "end": 2"#, #""microbatch": 1, "start": -3, "end": -2"#),
      (#""copy": 0, "piece": 1, "start": 1.5, "end": 2"#, #""copy": 0, "piece": 1, "start": 9, "end": 9"#),
      (#""task": "plain", "copy": 1"#, #""task": "plain", "copy": -1"#),
      (#""copy": 1, "piece": 1"#, #""copy": 1, "piece": -1"#),
    ])
  func order(part: String, replacement: String) throws {
    let file = try decoded(part.isEmpty ? Self.text : Self.text.with(part, replacement))
    let again = try ScheduleFile.decode(file.encode(), file: "again")
    #expect(again == file)
  }
}
