import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite struct SweepTableTests {
  private func head(
    makespan: Double, peaks: [Double], devices: Int = 2, sequences: Double = 4
  ) -> SweepResult.Head {
    let summary = Summary(
      makespan: makespan, period: makespan / 2, longestDeviceSpan: makespan, makespanBubble: 0.25,
      periodBubble: 0, spanBubble: 0, imbalance: 0, peakMemory: peaks, recomputeShare: nil,
      peakHostMemory: nil, hostBusy: nil, certificate: nil)
    return SweepResult.Head(
      generator: .init(command: "search", version: "1"), devices: devices, sequences: sequences,
      memoryUnit: "", summary: summary)
  }

  @Test("The Pareto set is what nothing beats, by brute force", arguments: 0..<20)
  func paretoSet(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let count = 1 + Int(seed) * 3
    let heads = (0..<count).map { _ in
      head(
        makespan: Double(Int.random(in: 1...6, using: &generator)),
        peaks: [1, Double(Int.random(in: 1...6, using: &generator))],
        devices: Int.random(in: 1...2, using: &generator))
    }
    let table = SweepTable(
      columns: [], objective: .makespan,
      rows: heads.map { .init(name: "x", settings: [], result: .schedule($0)) })
    for (row, one) in zip(table.rows, heads) {
      let isBeaten = heads.contains { other in
        let (a, b) = (one.cost(.makespan), other.cost(.makespan))
        let (p, q) = (one.largestPeak, other.largestPeak)
        return b <= a && q <= p && (b < a || q < p)
      }
      #expect(row.isBest == !isBeaten, "\(heads.map { ($0.largestPeak, $0.cost(.makespan)) })")
    }
  }

  @Test("Device time for each microbatch compares schedules of different sizes")
  func cost() {
    // Twice the devices and twice the microbatches in the same time are as good.
    #expect(head(makespan: 10, peaks: []).cost(.makespan) == 5)
    #expect(head(makespan: 10, peaks: [], devices: 4, sequences: 8).cost(.makespan) == 5)
    #expect(head(makespan: 10, peaks: []).cost(.period) == 2.5)
  }

  @Test("CSV quotes what would break a row, and JSON leaves out what a point does not have")
  func texts() {
    let table = SweepTable(
      columns: ["memoryLimit", "schedule"], objective: .makespan,
      rows: [
        .init(
          name: "aa", settings: [.text("1x"), .text("search")],
          result: .schedule(head(makespan: 10, peaks: [3, 4]))),
        .init(name: "bb", settings: [nil, .text("1f1b")], result: .refusal("a \"b\", c\nd")),
        .init(name: "cc", settings: [.number(12), .text("1f1b")], result: nil),
      ])
    #expect(
      String(decoding: table.csv, as: UTF8.self) == """
        result,state,memoryLimit,schedule,makespan,period,makespanBubble,periodBubble,spanBubble,recomputeShare,\
        lowerBound,gap,peakMemory,deviceTimePerMicrobatch,pareto,reason
        aa,done,1x,search,10,5,0.25,0,0,,,,4,5,true,
        bb,refused,,1f1b,,,,,,,,,,,,"a ""b"", c
        d"
        cc,missing,12,1f1b,,,,,,,,,,,,

        """)
    #expect(
      String(decoding: table.json, as: UTF8.self) == """
        {
          "objective": "makespan",
          "done": 1,
          "refused": 1,
          "missing": 1,
          "points": [
            {"result": "aa", "state": "done", "settings": {"memoryLimit": "1x", "schedule": "search"}, "makespan": 10, \
        "period": 5, "makespanBubble": 0.25, "periodBubble": 0, "spanBubble": 0, "peakMemory": [3, 4], \
        "deviceTimePerMicrobatch": 5, "pareto": true},
            {"result": "bb", "state": "refused", "settings": {"schedule": "1f1b"}, "reason": "a \\"b\\", c\\nd"},
            {"result": "cc", "state": "missing", "settings": {"memoryLimit": 12, "schedule": "1f1b"}}
          ]
        }

        """)
  }

  @Test("A result is read up to its figures, wherever the rest stands and ends")
  func results() throws {
    let summary =
      #""summary": {"makespan": 10, "period": 9, "longestDeviceSpan": 10, "makespanBubble": 0, "periodBubble": 0, "#
      + #""spanBubble": 0, "imbalance": 0, "peakMemory": [1, 2]}"#
    let start = #"{"pipeloom": "schedule/1", "generator": {"command": "search", "version": "1"}, "#
    let problem = #""problem": {"devices": 2, "microbatches": [{}, {"scale": 2}, {}, {}], "pieces": 2}, "#
    func read(_ text: String, isWhole: Bool) throws -> SweepResult? {
      try SweepResult(beginning: Array(text.utf8), isWhole: isWhole, file: "f")
    }
    guard
      case .schedule(let head)? = try read(start + problem + summary + ", \"devices\": [{", isWhole: false)
    else {
      Issue.record("no schedule")
      return
    }
    #expect(head.devices == 2 && head.sequences == 2 && head.summary.makespan == 10)
    #expect(try read(start + problem + summary.dropLast(9), isWhole: false) == nil)
    #expect(throws: FormatError.self) { try read(start + problem + summary.dropLast(9), isWhole: true) }
    let refusal = String(decoding: SweepResult.encode(refusal: "no \"room\""), as: UTF8.self)
    #expect(try read(refusal, isWhole: true) == .refusal("no \"room\""))
    #expect(throws: FormatError.self) {
      try read(#"{"pipeloom": "problem/1", "reason": "x"}"#, isWhole: true)
    }
  }
}
