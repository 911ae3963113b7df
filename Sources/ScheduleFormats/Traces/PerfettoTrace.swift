import PipelineModel
import Timeline

/// A trace that ui.perfetto.dev and chrome://tracing open, next to one that a profiler recorded.
///
/// Every device is a process with one track of operations, one for each way to and from its host where it offloads, and
/// one counter of memory; arrows run from an operation to the one on another device that waits for its output. `ts` and `dur` are microseconds. Source:
/// the Trace Event Format, JSON Object Format.
public struct PerfettoTrace: ExportFormat {
  /// Names the format.
  public init() {}

  /// The name on the command line.
  public var name: String { "perfetto" }
  /// What reads the format.
  public var purpose: String { "ui.perfetto.dev, chrome://tracing: a trace with transfers and memory" }

  /// A stream is a track of its own, a task a slice.
  public var knowsStreams: Bool { true }

  /// Writes one event per operation, arrow end and change of memory; nothing is refused. O(operations).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    var trace = TraceWriter(timeline)
    trace.writeDevices()
    return trace.finish()
  }
}

/// The time that trace viewers count in.
struct TraceUnit {
  /// How many microseconds one unit of the problem is.
  let microseconds: Double
  /// Whether the problem's unit is a known one; others are shown as milliseconds.
  let isKnown: Bool

  init(_ name: String) {
    let known: Double? =
      switch name.lowercased() {
      case "ns": 1e-3
      case "us", "µs", "μs": 1
      case "ms": 1e3
      case "s": 1e6
      default: nil
      }
    microseconds = known ?? 1e3
    isKnown = known != nil
  }

  /// A time of the problem in microseconds, on a grid of a millionth where that loses nothing but rounding.
  @inline(__always)
  func convert(_ time: Double) -> Double {
    let value = time * microseconds
    return value < 1e9 ? (value * 1e6).rounded() / 1e6 : value
  }
}
