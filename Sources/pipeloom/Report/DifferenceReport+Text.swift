import PipelineModel
import Timeline

extension DifferenceReport {
  /// The moved operations that the text lists one by one.
  private static let listedMoves = 12

  /// The report for a person.
  var text: TerminalText {
    """
    A: \(a.title) · \(a.file)
    B: \(b.title) · \(b.file)

    \(figures)
    \(orders)\(moves)
    """
  }

  /// The figures of both; a time of B against that of A.
  private var figures: TerminalText {
    var table = TextTable([("", .left), ("A", .right), ("B", .right), ("", .right)])
    func add(_ name: String, _ figure: (SummaryFigures) -> Double, isShare: Bool = false) {
      let (one, other) = (figure(a.summary), figure(b.summary))
      let change = isShare || one == 0 ? "" : (other / one - 1).signedPercent
      table.add([name, isShare ? one.percent : one.short, isShare ? other.percent : other.short, change])
    }
    add("makespan", \.makespan)
    add("period", \.period)
    add("makespanBubble", \.makespanBubble, isShare: true)
    add("periodBubble", \.periodBubble, isShare: true)
    add("peakMemory", { $0.peakMemory.max() ?? 0 })
    for cause in IdleStretch.Cause.allCases {
      let (one, other) = (a.idleByCause[cause.rawValue] ?? 0, b.idleByCause[cause.rawValue] ?? 0)
      guard one > 0 || other > 0 else { continue }
      table.add(["idle: \(cause.rawValue)", one.short, other.short, ""])
    }
    return table.text
  }

  /// Where each order differs first.
  private var orders: TerminalText {
    guard devices.contains(where: { $0.firstDifference != nil }) else {
      let shifted = devices.reduce(0) { $0 + $1.earlier + $1.later }
      return "  The orders are the same; \(shifted.counted("operation")) at other times.\n"
    }
    var table = TextTable([
      ("device", .right), ("position", .right), ("A", .left), ("B", .left), ("moved", .right),
      ("only in A", .right), ("only in B", .right), ("earlier", .right), ("later", .right),
    ])
    for line in devices.prefix(ScheduleReport.listedDevices) {
      let first = line.firstDifference
      let cells = first.map { first in
        [
          String(first.position), first.a?.text ?? "(at its end)",
          first.isPairing ? "the same, paired otherwise" : first.b?.text ?? "(at its end)",
        ]
      }
      table.add(
        [line.device.text] + (cells ?? ["", "(the same order)", ""])
          + [line.moved, line.onlyInA, line.onlyInB, line.earlier, line.later].map(String.init))
    }
    let rest = devices.count - ScheduleReport.listedDevices
    let more: TerminalText = rest > 0 ? "  ... and \(rest) more; --json lists all\n" : ""
    return "  The first difference of each device:\n\(table.text)\(more)"
  }

  /// The operations that moved, the first of them one by one.
  private var moves: TerminalText {
    guard !moved.isEmpty else { return "" }
    var table = TextTable([
      ("device", .right), ("operation", .left), ("position", .left), ("start", .left),
    ])
    for move in moved.prefix(Self.listedMoves) {
      let device = move.toDevice.map { "\(move.device.text) to \($0.text)" } ?? move.device.text
      table.add([
        device, move.operation.text,
        "\(move.positionA) to \(move.positionB)", "\(move.startA.short) to \(move.startB.short)",
      ])
    }
    let rest = moved.count - Self.listedMoves
    let more: TerminalText = rest > 0 ? "  ... and \(rest) more; --json lists all\n" : ""
    return "\n  \(moved.count.counted("operation")) moved:\n\(table.text)\(more)"
  }
}

extension DifferenceReport.PlaceLine {
  fileprivate var text: String { operation.text }
}
