import PipelineModel
import ScheduleSearch

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

  /// Writes the line anew.
  mutating func show(_ progress: SearchProgress) {
    guard isShown else { return }
    let gap = progress.value > 0 ? max(0, 1 - progress.lowerBound / progress.value) : 0
    let elapsed =
      Double(progress.elapsed.components.seconds)
      + Double(progress.elapsed.components.attoseconds) * 1e-18
    write(
      "best \(progress.value.short(unit)), bound \(progress.lowerBound.short), gap \(gap.percent), "
        + "\((elapsed * 10).rounded() / 10) s")
  }

  /// Removes the line.
  mutating func clear() {
    guard isShown, width > 0 else { return }
    write("")
    StandardError.write("\r")
  }

  private mutating func write(_ text: String) {
    let padding = String(repeating: " ", count: max(0, width - text.count))
    StandardError.write("\r\(text)\(padding)")
    width = text.count
  }
}
