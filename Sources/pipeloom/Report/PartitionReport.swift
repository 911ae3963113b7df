import PipelineModel
import ScheduleStudies

extension PartitionUse {
  /// How the layers are cut, where the most work is, and what the usual ways to cut them would have cost.
  ///
  /// - Parameters:
  ///   - value: of the schedule, in the problem's time unit.
  ///   - unit: of times.
  func text(value: Double, unit: String) -> TerminalText {
    var lines = [
      "Layers: \(counts.listed)\(isChosen ? ", chosen by search; the bound is one on all partitions" : "")"
    ]
    lines.append(
      "Most work: device \(largest.device) with \(largest.layers.counted("layer")), \(largest.work.short(unit)); it starts "
        + "at \(largest.before.short) and ends \(largest.after.short) before the end")
    guard isChosen else { return lines.text }
    for (name, other) in [("equal counts", equal), ("the balanced partition", balanced)] {
      guard let other else {
        lines.append("With \(name): does not fit the memory of the devices")
        continue
      }
      if other.counts == counts { continue }
      lines.append(
        "With \(name) (\(other.counts.listed)): \(other.value.short(unit)) found, "
          + "\((other.value / value - 1).percent) more")
    }
    return lines.text
  }
}

extension [Int] {
  fileprivate var listed: String { map(String.init).joined(separator: ", ") }
}

extension [String] {
  /// One line each, as reports have them.
  fileprivate var text: TerminalText {
    map { "  \($0)\n" as TerminalText }.joined() + "\n"
  }
}
