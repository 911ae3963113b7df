import Foundation
import Testing

@Suite("Problems and schedules from traces as jobs write them")
struct MeasuredTraceTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// A range of the accelerator; times in microseconds.
  private func range(_ name: String, _ start: Double, _ duration: Double, stream: Int = 7) -> String {
    #"{"ph": "X", "cat": "gpu_user_annotation", "name": "\#(name)", "pid": 0, "tid": \#(stream), "ts": \#(start), "#
      + #""dur": \#(duration), "args": {}}"#
  }

  private func write(_ events: [String], rank: Int, pipeline: [Int], to file: String) throws {
    let job =
      #"{"rank": \#(rank), "world_size": 8, "pg_config": [{"pg_desc": "mesh_pp", "ranks": \#(pipeline)}]}"#
    try workspace.write(
      #"{"distributedInfo": \#(job), "traceEvents": [\#(events.joined(separator: ", "))]}"#, to: file)
  }

  private func report(_ arguments: String...) throws -> [String: Any] {
    let outcome = try workspace.pipeloom(["import"] + arguments + ["--json"])
    outcome.expectSuccess()
    return try outcome.object()
  }

  private func object(_ file: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: workspace.data(file)) as? [String: Any])
  }

  private func figures(_ report: [String: Any], _ key: String) -> [Double?] {
    (report["lines"] as? [[String: Any]] ?? []).map { $0[key] as? Double }
  }

  @Test("one file per global rank: replicas of a stage are put together, and any whole subset will do")
  func globalRanks() throws {
    // Two stages, each on four ranks of which the k-th takes k % longer: 10 and 21 ms, 12 and 25 ms.
    for rank in 0..<8 {
      let factor = 1 + 0.01 * Double(rank % 4)
      let stage = rank / 4
      let (forward, backward) =
        stage == 0 ? (10_000 * factor, 21_000 * factor) : (12_000 * factor, 25_000 * factor)
      let events = (0..<4).flatMap { microbatch in
        let start = 1000 + 100_000 * Double(microbatch) + 11_000 * Double(stage)
        return [
          range("PP:\(stage)F\(microbatch)", start, forward),
          range("PP:\(stage)B\(microbatch)", start + 50_000, backward),
        ]
      }
      try write(events, rank: rank, pipeline: [rank % 4, rank % 4 + 4], to: "rank\(rank).json")
    }
    let all = try report(
      "rank7.json", "rank0.json", "rank1.json", "rank2.json", "rank3.json", "rank4.json", "rank5.json",
      "rank6.json",
      "-o", "p.json")
    #expect(all["devices"] as? Int == 2)
    #expect(figures(all, "mean") == [10.15, 21.315, 12.18, 25.375])
    let some = try report("rank0.json", "rank4.json", "-o", "p.json")
    #expect(some["devices"] as? Int == 2)
    #expect(figures(some, "mean") == [10, 21, 12, 25])
    try workspace.pipeloom("import", "rank0.json", "rank1.json").expectSuccess()
    try workspace.pipeloom("import", "rank4.json", "rank5.json")
      .expectRefusal(Status.badInput, naming: ["every stage from 0 to 1", "no operation of stage 0"])
    try workspace.pipeloom("import", "rank0.json", "rank4.json", "rank0.json")
      .expectRefusal(Status.badInput, naming: ["rank0.json: expected each rank once", "rank 0"])
  }

  @Test(
    "a collective beside an operation is not taken for it, however long", arguments: [4000, 10_000, 40_000])
  func streams(collective: Double) throws {
    for stage in 0..<2 {
      let events = (0..<4).flatMap { microbatch in
        let start = 100_000 * Double(microbatch) + 11_000 * Double(stage)
        return [
          range("PP:\(stage)F\(microbatch)", start, 10_000),
          range("PP:\(stage)F\(microbatch)", start + 1000, 4000, stream: 20),
          range("PP:\(stage)B\(microbatch)", start + 30_000, 20_000),
          range("PP:\(stage)B\(microbatch)", start + 33_000, collective, stream: 20),
        ]
      }
      try write(events, rank: stage, pipeline: [0, 1], to: "rank\(stage).json")
    }
    let report = try report("rank0.json", "rank1.json")
    #expect(figures(report, "mean") == [10, 20, 10, 20])
    let collectives = try #require(report["collectives"] as? [[String: Any]])
    #expect(collectives.map { $0["stage"] as? Int } == [0, 1])
    #expect(collectives.map { $0["most"] as? Double } == [collective / 1000, collective / 1000])
  }

  @Test("a trace of a schedule tells its problem: gap, latency, ends, step; its order runs as it did")
  func schedule() throws {
    try workspace.write(
      """
      pipeloom: problem/1
      units: {time: ms}
      devices: 3
      optimizerStep: 4
      microbatches: 8
      communication: 0.5
      gap: {FF: 1.5, FB: 0.75, BF: 0.25, BB: 1}
      stages:
        - {forward: 10, backward: 22, firstForward: 11}
        - {forward: 12, backward: 23}
        - {forward: 11, backward: 25, lastBackward: 31}
      """, to: "p.yaml")
    try workspace.pipeloom("generate", "1f1b", "p.yaml", "-o", "s.json").expectSuccess()
    try workspace.pipeloom("export", "s.json", "--format", "perfetto", "-o", "t.json").expectSuccess()
    let report = try report("t.json", "-o", "m.json", "--schedule", "o.json")
    #expect(report["communication"] as? Double == 0.5)
    let gap = try #require(report["gap"] as? [String: Double])
    #expect(gap["FB"] == 0.75)
    #expect(gap["BF"] == 0.25)
    let iteration = try #require(report["iteration"] as? [String: Any])
    #expect(iteration["count"] as? Int == 1)
    #expect(iteration["unit"] as? String == "ms")
    for key in ["median", "mean", "p90"] { #expect(iteration[key] as? Double != nil, "\(key)") }
    #expect((report["optimizerStep"] as? [Double]) == [4, 4, 4])
    #expect((report["firstForward"] as? [Double])?.first == 11)
    #expect((report["lastBackward"] as? [Double])?.last == 31)
    #expect((report["warmup"] as? [String: Any])?["dropped"] as? Int == 0)
    #expect((report["stalls"] as? [Any])?.isEmpty == true)
    let problem = try object("m.json")
    let stages = try #require(problem["stages"] as? [[String: Double]])
    #expect(stages.map { $0["forward"] } == [10, 12, 11])
    #expect(stages.map { $0["firstForward"] } == [11, nil, nil])
    #expect(stages.map { $0["lastBackward"] } == [nil, nil, 31])
    #expect(problem["communication"] as? Double == 0.5)
    // What ran is what the schedule said, operation by operation.
    try workspace.pipeloom("check", "o.json").expectSuccess()
    func operations(_ file: String) throws -> [[[String: Any]]] {
      let devices = try #require(try object(file)["devices"] as? [[String: Any]])
      return devices.map { $0["operations"] as? [[String: Any]] ?? [] }
    }
    let (ran, said) = (try operations("o.json"), try operations("s.json"))
    #expect(ran.map(\.count) == [16, 16, 16])
    for (ran, said) in zip(ran.joined(), said.joined()) {
      for key in ["start", "end"] {
        #expect(abs((ran[key] as? Double ?? .nan) - (said[key] as? Double ?? .infinity)) < 1e-6)
      }
    }
  }

  @Test("PyTorch's dump of a simulated schedule: its names, and B as the whole pass where there is no W")
  func simulated() throws {
    func event(_ name: String, _ rank: Int, _ start: Int, _ category: String = "computation") -> String {
      #"{"name": "\#(name)", "cat": "\#(category)", "ph": "X", "pid": \#(rank), "tid": \#(rank), "ts": \#(start), "dur": 1}"#
    }
    for (backward, ops) in [(["B"], ["F", "BW"]), (["I", "W"], ["F", "B", "W"])] {
      var events: [String] = []
      for stage in 0..<4 {
        events.append(event("\(stage)F0", stage % 2, 2 * stage))
        events.append(event("\(stage)SEND_F0", stage % 2, 2 * stage + 1, "communication"))
        for (place, symbol) in backward.enumerated() {
          events.append(event("\(stage)\(symbol)0", stage % 2, 20 - 3 * stage + place))
        }
      }
      try workspace.write(#"{"traceEvents": [\#(events.joined(separator: ", "))]}"#, to: "t.json")
      let report = try report("t.json", "--format", "chrome-trace")
      #expect(report["devices"] as? Int == 2)
      #expect(
        (report["lines"] as? [[String: Any]])?.map { $0["op"] as? String }
          == Array(repeating: ops, count: 4).flatMap { $0 })
      #expect(figures(report, "mean").allSatisfy { $0 == 0.001 })
    }
  }

  @Test("flags of traces are checked, and refused with other formats")
  func usage() throws {
    try workspace.write(#"{"traceEvents": [\#(range("PP:0F0", 0, 1))]}"#, to: "t.json")
    try workspace.pipeloom("import", "t.json", "--field", "name").expectRefusal(
      Status.usage, naming: ["--field", "args.NAME"])
    try workspace.pipeloom("import", "t.json", "--skip=-1").expectRefusal(Status.usage, naming: ["--skip"])
    try workspace.pipeloom("import", "t.json", "--skip", "1")
      .expectRefusal(Status.badInput, naming: ["t.json", "more than 1 iteration"])
    try workspace.pipeloom(
      "import", "t.csv", "--format", "torch-csv", "--problem", "uniform-4x8", "--skip", "1"
    )
    .expectRefusal(Status.usage, naming: ["--skip", "only traces"])
  }
}
