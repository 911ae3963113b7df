import Foundation
import Measurement
import Testing

@testable import ScheduleFormats

@Suite("Traces as profilers write them")
struct TraceReaderTests {
  /// A complete event; times in microseconds.
  private func event(
    _ name: String, _ start: Double, _ duration: Double, category: String = "gpu_user_annotation",
    process: Int = 0,
    thread: Int = 7, arguments: String = "{}"
  ) -> String {
    #"{"ph": "X", "cat": "\#(category)", "name": "\#(name)", "pid": \#(process), "tid": \#(thread), "ts": \#(start), "#
      + #""dur": \#(duration), "args": \#(arguments)}"#
  }

  private func read(
    _ events: [String], pattern: TracePattern = TracePattern(), field: String? = nil, head: String = ""
  ) throws -> [RankRecording] {
    var reader = TraceReader(pattern: pattern, field: field)
    try reader.read(
      Array("{\(head)\"traceEvents\": [\(events.joined(separator: ",\n"))]}".utf8), file: "t.json")
    return reader.recordings
  }

  private func spans(_ recording: RankRecording?) -> [[Double]] {
    (recording?.operations ?? []).map { [$0.span.start, $0.span.duration] }
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test("the kernels that compute make an operation: collectives within its range are apart")
  func kernelsInRanges() throws {
    // The range on stream 7 begins with a wait for the gather and ends with a scatter; stream 20 has collectives alone.
    let recordings = try read([
      event("PP:0F0", 0, 10_000), event("PP:0F0", 0, 30_000, thread: 20),
      event("ncclDevKernel_AllGather_RING_LL", 0, 2000, category: "kernel", thread: 20),
      event("gemm", 2000, 3000, category: "kernel"), event("gemm", 6000, 3500, category: "kernel"),
      event("ncclDevKernel_ReduceScatter_Sum", 9500, 500, category: "kernel"),
      event("Memcpy DtoD", 5000, 900, category: "gpu_memcpy", thread: 9),
    ])
    #expect(recordings.count == 1)
    #expect(spans(recordings.first) == [[2, 7.5]])
    let transfers = Set(
      recordings[0].transfers.map { "\($0.name) \($0.stage.map(String.init) ?? "-") \($0.span.duration)" })
    #expect(transfers == ["AllGather 0 2.0", "ReduceScatter 0 0.5", "Memcpy - 0.9"])
  }

  @Test("without kernels the range of the first stream counts, and those of others are apart")
  func rangesAlone() throws {
    let recordings = try read([
      event("PP:0F0", 1000, 4000, thread: 20), event("PP:0F0", 0, 10_000), event("PP:0B0", 10_000, 20_000),
      event("PP:0B0", 13_000, 40_000, thread: 20),
    ])
    #expect(spans(recordings.first) == [[0, 10], [10, 20]])
    #expect(recordings[0].transfers.map(\.name) == ["other streams", "other streams"])
    #expect(recordings[0].transfers.map(\.span.duration) == [4, 40])
  }

  @Test("an operation that launched nothing takes no time, after what ran before it")
  func empty() throws {
    let names = ["PP:0F0", "PP:0I0", "PP:0W0"]
    let host = names.enumerated().map {
      event($1, 10 * Double($0), 5, category: "user_annotation", process: 9)
    }
    let device = [event("PP:0F0", 100, 50), event("PP:0W0", 200, 70)]
    let recording = try #require(try read(device + host).first)
    #expect(recording.operations.map(\.pass) == [.forward, .backwardInput, .backwardWeight])
    #expect(abs(spans(recording)[1][0] - 0.15) < 1e-9)
    #expect(spans(recording)[1][1] == 0)
  }

  @Test("kernels are joined to ranges of the processor by the numbers of their launches, on any thread")
  func correlation() throws {
    func kernel(_ number: Int, _ start: Double, _ duration: Double, _ name: String = "gemm") -> String {
      event(
        name, start, duration, category: "kernel", arguments: #"{"stream": 7, "correlation": \#(number)}"#)
    }
    func launch(_ number: Int, _ time: Double, thread: Int) -> String {
      event(
        "cudaLaunchKernel", time, 2, category: "cuda_runtime", process: 99, thread: thread,
        arguments: #"{"correlation": \#(number)}"#)
    }
    let recordings = try read([
      event("PP:0F0", 0, 100, category: "user_annotation", process: 99, thread: 1),
      event("FSDP::pre_forward", 5, 20, category: "user_annotation", process: 99, thread: 1),
      event("PP:0B0", 100, 100, category: "user_annotation", process: 99, thread: 1),
      launch(1, 10, thread: 1), launch(2, 50, thread: 1), launch(3, 110, thread: 2),
      launch(4, 150, thread: 2),
      launch(5, 500, thread: 1),
      kernel(1, 1000, 300), kernel(2, 1400, 600), kernel(3, 3000, 100), kernel(4, 3200, 800),
      kernel(5, 9000, 1), kernel(4, 4000, 200, "ncclDevKernel_SendRecv"),
    ])
    #expect(spans(recordings.first) == [[1, 1], [3, 1]])
    #expect(recordings[0].operations.map(\.pass) == [.forward, .letterB])
    #expect(recordings[0].transfers.map(\.name) == ["SendRecv"])
  }

  @Test("an argument of kernels names operations: replays of CUDA graphs")
  func field() throws {
    func kernel(_ operation: String, _ start: Double, _ name: String = "gemm", _ thread: Int = 7) -> String {
      event(
        name, start, 900, category: "kernel", thread: thread,
        arguments: #"{"stream": 7, "name": "\#(operation)"}"#)
    }
    let events = [
      kernel("PP:0F0", 0), kernel("PP:0F0", 1000), kernel("PP:0F0", 1500, "ncclDevKernel_AllGather", 20),
      kernel("PP:0B0", 2000), kernel("PP:0F0", 3000), kernel("", 5000),
    ]
    let recordings = try read(events, field: "name")
    #expect(spans(recordings.first) == [[0, 1.9], [2, 0.9], [3, 0.9]])
    #expect(recordings[0].transfers.map(\.stage) == [0])
    #expect(message { _ = try read(events, field: "label") }.contains("none with such a text in args.label"))
  }

  @Test("names of PyTorch, torchtitan, Megatron and our own, and transfers beside them")
  func names() throws {
    let recordings = try read([
      event("0F0", 0, 1, category: "computation"), event("0SEND_F0", 1, 1, category: "communication"),
      event("PP:0I0", 2, 1, category: ""), event("W stage=0 mb=0", 3, 1, category: ""),
      event("forward-compute", 4, 1, category: ""), event("backward-compute", 5, 1, category: ""),
      event("pipeloom/BW/0/3", 6, 1, category: ""), event("aten::mm", 7, 1, category: "cpu_op"),
    ])
    let operations = try #require(recordings.first?.operations)
    #expect(
      operations.map(\.pass) == [.forward, .backwardInput, .backwardWeight, .forward, .backward, .backward])
    #expect(operations.map(\.microbatch) == [0, 0, 0, nil, nil, 3])
    #expect(recordings[0].transfers.map(\.name) == ["Send"])
    let pattern = try TracePattern(
      #"(?<kind>\w+) s(?<step>\d+) r(?<rank>\d+) c(?<chunk>\d+) m(?<microbatch>\d+)"#)
    let own = try read(
      [event("fwd s3 r1 c2 m0", 0, 1, category: ""), event("bwd s3 r0 c2 m0", 0, 1, category: "")],
      pattern: pattern)
    #expect(own.map(\.rank) == [0, 1])
    #expect(own.map { $0.operations[0].chunk } == [2, 2])
    #expect(own.map { $0.operations[0].step } == [3, 3])
  }

  @Test("rank, size and pipeline of the job, marks of iterations, the optimizer's step")
  func context() throws {
    let head =
      #""distributedInfo": {"backend": "nccl", "rank": 4, "world_size": 8, "pg_config": [{"pg_name": "0", "#
      + #""pg_desc": "default_pg", "ranks": [0, 1, 2, 3, 4, 5, 6, 7]}, {"pg_name": "3", "pg_desc": "mesh_pp", "#
      + #""ranks": [0, 4]}]}, "#
    let recordings = try read(
      [
        event("PP:1F0", 2000, 1000), event("ProfilerStep#5", 1500, 3000),
        event("ProfilerStep#5", 100, 4000, category: "user_annotation", process: 9),
        event("Optimizer.step#AdamW.step", 3000, 500),
        event("Optimizer.step#AdamW.step", 3200, 800, thread: 9),
      ], head: head)
    #expect(recordings.map(\.rank) == [4])
    #expect(recordings[0].pipeline == [0, 4])
    #expect(recordings[0].worldSize == 8)
    #expect(recordings[0].marks == [StepMark(number: 5, start: 1.5, duration: 4)])
    #expect(recordings[0].optimizerSteps == [TimeSpan(start: 3, duration: 1)])
  }

  @Test("events that begin and end apart")
  func beginAndEnd() throws {
    func part(_ phase: String, _ name: String, _ time: Double) -> String {
      #"{"ph": "\#(phase)", "name": "\#(name)", "pid": 0, "tid": 0, "ts": \#(time)}"#
    }
    let good = [
      part("B", "PP:0F0", 0), part("B", "inner", 1), part("E", "", 2), part("E", "", 1000),
      part("B", "PP:0B0", 1000), part("E", "PP:0B0", 3000),
    ]
    #expect(spans(try read(good).first) == [[0, 1], [1, 2]])
    #expect(message { _ = try read(Array(good.dropLast())) }.contains("none of \"PP:0B0\""))
    #expect(
      message { _ = try read([part("E", "PP:0F0", 0)]) }.contains("traceEvents[0]: expected a beginning"))
    let backwards = [part("B", "PP:0F0", 5), part("E", "PP:0F0", 4)]
    #expect(message { _ = try read(backwards) }.contains("clocks that never run backwards"))
  }

  @Test("files packed by gzip, and cut in the middle")
  func gzip() throws {
    // `gzip` of a trace with PP:0F0 from 0 for 10 and PP:0B0 from 10 for 20 microseconds, packed by Python.
    let packed = try #require(
      Data(
        base64Encoded:
          "H4sIAAAAAAACA6tWKilKTE51LUvNKylWslKIrlYqyADSShFKOgpKeYm5qSBOQICVgZsBSKQgMwUoYAhklSBYII0GQE"
          + "ZKaRFIyKBWRwGnMU74jTFEmGNkUBtbCwBWQGZIoAAAAA=="))
    var reader = TraceReader()
    try reader.read(Array(packed), file: "t.json.gz")
    #expect(spans(reader.recordings.first) == [[0, 0.01], [0.01, 0.02]])
    for length in [2, 9, 30, packed.count - 9, packed.count - 1] {
      var reader = TraceReader()
      let error = message { try reader.read(Array(packed.prefix(length)), file: "t.json.gz") }
      #expect(
        error == "t.json.gz: expected the rest of a file of gzip, found the end of the file", "\(length)")
    }
    var damaged = Array(packed)
    damaged[40] ^= 0x55
    #expect(message { try reader.read(damaged, file: "t.json.gz") }.contains("gzip"))
  }

  @Test("a trace cut anywhere is refused in one line")
  func cut() throws {
    let text = Array("{\"traceEvents\": [\(event("PP:0F0", 0, 1)), \(event("PP:0B0", 1, 1))]}".utf8)
    for length in 0..<text.count {
      var reader = TraceReader()
      let error = message { try reader.read(Array(text.prefix(length)), file: "t.json") }
      // A number may end early and be one.
      #expect(
        error.contains("found the end of the file") || error.contains("a number of microseconds"),
        "\(length): \(error)")
    }
  }

  @Test("no operation: the names that were seen, and the three nearest that are known")
  func noOperation() throws {
    let error = message { _ = try read([event("fwd-m0", 0, 1), event("Forward_3", 0, 1)]) }
    #expect(error.contains("\"fwd-m0\", \"Forward_3\""))
    #expect(error.contains("nearest names that are known: Forward 7; "))
    #expect(error.split(separator: ";").count == 4)
    #expect(message { _ = try read([#"{"ph": "X", "name": "PP:0F0", "ts": 1}"#]) }.contains("\"dur\""))
  }

  @Test("dumps of Primus: starts and ends by iteration, interleaved where the configuration says so")
  func primus() throws {
    var reader = TraceReader()
    try reader.read(Array(#"{"pp_size": 2, "vp_size": 2, "num_mbs": 2}"#.utf8), file: "d/config.json")
    let lists =
      #""fwd_start": [0, 1, 2, 3], "fwd_end": [1, 2, 3, 4.5], "bwd_start": [5, 7, 9, 11], "bwd_end": [7, 9, 11, 13]"#
    try reader.read(
      Array(#"{"3": {"total": 14, "memory": 60.5, \#(lists)}, "4": {"total": 15, \#(lists)}}"#.utf8),
      file: "d/pp_rank_1.json")
    let recording = try #require(reader.recordings.first)
    #expect(recording.rank == 1)
    #expect(recording.pipeline == [0, 1])
    #expect(recording.marks.map(\.number) == [3, 4])
    #expect(recording.marks.map(\.duration) == [14, 15])
    // Megatron: both microbatches through chunk 0, then through chunk 1; backward from chunk 1.
    #expect(recording.operations.prefix(8).map(\.chunk) == [0, 0, 1, 1, 1, 1, 0, 0])
    #expect(recording.operations.prefix(8).map(\.microbatch) == [0, 1, 0, 1, 0, 1, 0, 1])
    #expect(recording.operations[3].span == TimeSpan(start: 3, duration: 1.5))
    #expect(
      message { try reader.read(Array(#"{"3": {"fwd_start": [0], "fwd_end": []}}"#.utf8), file: "x") }
        .contains("as many ends as starts"))
    #expect(
      message {
        try reader.read(
          Array(#"{"3": {"fwd_start": [1], "fwd_end": [0], "bwd_start": [], "bwd_end": []}}"#.utf8), file: "x"
        )
      }.contains("a duration of at least 0"))
  }
}
