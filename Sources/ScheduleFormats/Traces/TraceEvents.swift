import Measurement
import PipelineModel

/// The events of a trace that count: operations and what their times follow from. All others are dropped as they are
/// read.
struct TraceEvents {
  /// Where an event stands in a trace.
  struct Track: Hashable {
    /// The number of its process's name.
    var process: Int32
    /// The number of its thread's name.
    var thread: Int32
  }

  /// An event that is an operation by its name or its annotation.
  struct Named {
    var match: TracePattern.Match
    var track: Track
    var span: TimeSpan
  }

  /// What ran on an accelerator.
  struct Kernel {
    var name: Int32
    var track: Track
    var span: TimeSpan
    /// What joins it to its launch; `nil` where the trace does not tell.
    var correlation: Int?
    /// The operation that an argument of the event tells.
    var match: TracePattern.Match?
  }

  /// When the processor launched a kernel.
  struct Launch {
    var process: Int32
    var start: Double
  }

  /// Who recorded an annotation.
  enum Side { case host, device }

  /// Operations by the names of events, as the processor and as the accelerator ran them.
  var named: [Side: [Named]] = [:]
  /// What accelerators ran.
  var kernels: [Kernel] = []
  /// Launches by the number that joins them to kernels.
  var launches: [Int: Launch] = [:]
  /// Transfers that are events of their own and no kernels.
  var transfers: [(title: String, track: Track, span: TimeSpan)] = []
  /// Iterations that a profiler marked.
  var marks: [Side: [Int: TimeSpan]] = [:]
  /// The optimizer's steps.
  var optimizerSteps: [Side: [(track: Track, span: TimeSpan)]] = [:]
  /// The names of processes, by number.
  var processNames: [Int32: String] = [:]
  /// The rank that the file says it is of.
  var rank: Int?
  /// How many ranks the job has.
  var worldSize: Int?
  /// The groups of ranks that are pipelines.
  var pipelines: [[Int]] = []
  /// The texts of names, processes and threads.
  var names = NameTable()
  /// What each name is, by its number.
  var meanings: [NameMeaning] = []
  /// Some names of other events, for messages.
  var otherNames: [String] = []

  /// Whether anything of an accelerator was recorded.
  var hasDevice: Bool { !kernels.isEmpty || named[.device] != nil }
}

/// What the name of an event tells.
enum NameMeaning {
  /// It names an operation.
  case operation(TracePattern.Match)
  /// It marks an iteration.
  case step(Int)
  /// It is the optimizer's step, as PyTorch and our own traces have it.
  case optimizerStep
  /// It is a collective, a send or a copy.
  case transfer(String)
  /// Nothing that counts.
  case other

  /// Tells what a name means.
  init(_ name: String, _ matcher: TracePattern.Matcher) {
    if let match = matcher.match(name) {
      self = .operation(match)
    } else if name.hasPrefix("ProfilerStep#"), let number = Int32(name.dropFirst("ProfilerStep#".count)) {
      self = .step(Int(number))
    } else if name.hasPrefix("Optimizer.step#") || name == "optimizer step" {
      self = .optimizerStep
    } else if let title = TransferNames.title(of: name) {
      self = .transfer(title)
    } else {
      self = .other
    }
  }
}
