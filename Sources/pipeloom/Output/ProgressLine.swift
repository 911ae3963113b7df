import PipelineModel
import ScheduleSearch
import ScheduleStudies

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One line on standard error that is written over as a search goes on; nothing where that is no terminal.
struct ProgressLine {
  private let unit: String
  private let isShown = isatty(STDERR_FILENO) == 1
  private var width = 0

  init(unit: String) { self.unit = unit }

  /// Computes something with a line of progress, which is gone at the end.
  static func during<Value>(
    unit: String, _ compute: (inout ProgressLine) throws -> Value
  ) rethrows -> Value {
    var line = ProgressLine(unit: unit)
    defer { line.clear() }
    return try compute(&line)
  }

  /// Writes the line anew.
  mutating func show(_ progress: PlanProgress) {
    switch progress {
    case .searching(let progress): show(progress)
    case .proving(let progress): show(progress)
    }
  }

  /// Writes the line anew.
  mutating func show(_ progress: SearchProgress) {
    show(progress.phase.rawValue, progress.elapsed, value: progress.value, lowerBound: progress.lowerBound)
  }

  /// Writes the line anew.
  mutating func show(_ progress: ExactProgress) {
    show(
      "proof", progress.elapsed, value: progress.value, lowerBound: progress.lowerBound,
      nodes: ", \(progress.nodes.grouped) nodes")
  }

  private mutating func show(
    _ phase: String, _ elapsed: Duration, value: Double, lowerBound: Double, nodes: TerminalText = ""
  ) {
    guard isShown else { return }
    let gap = value > 0 ? max(0, 1 - lowerBound / value) : 0
    write(
      "\(phase): best \(value.short(unit)), bound \(lowerBound.short), gap \(gap.percent)\(nodes), "
        + "\((elapsed.inSeconds * 10).rounded() / 10) s")
  }

  /// Removes the line.
  mutating func clear() {
    guard isShown, width > 0 else { return }
    write("")
    StandardError.write("\r")
  }

  private mutating func write(_ text: TerminalText) {
    let padding = String(repeating: " ", count: max(0, width - text.count))
    StandardError.write("\r\(text)\(padding)")
    width = text.count
  }
}
