import ScheduleFormats

/// What `import` reads, by the name of its format.
enum ImportSource {
  /// The order of operations of a schedule.
  case orders(any ImportFormat)
  /// Programs, with their sends and receives.
  case program(any ProgramFormat)
  /// A plan of SkipPipe: routes and order.
  case skipPipe
  /// What ranks recorded.
  case traces
  /// A table of measured runs.
  case runs
  /// Where layers lie.
  case layout(LayoutImport.Format)

  /// A format by its name.
  private typealias Named = (name: String, source: ImportSource)

  /// The formats that are no orders of operations.
  private static let others: [Named] =
    programFormats + [(SkipPipe().name, .skipPipe)] + traceFormats + [(RunsImport.format, .runs)]
    + layoutFormats
  private static let programFormats: [Named] = ProgramFormats.all.map { ($0.name, .program($0)) }
  private static let traceFormats: [Named] = TraceImport.formats.map { ($0, .traces) }
  private static let layoutFormats: [Named] = LayoutImport.Format.all.map { ($0.name, .layout($0)) }

  /// The names of all formats.
  static var names: String {
    (ExportFormats.importable.map(\.name) + others.map(\.name)).joined(separator: ", ")
  }

  /// Finds the source of a name; traces are read where none is given.
  ///
  /// - Throws: `Failure` naming all formats when there is none of this name.
  init(_ format: FormatName?) throws(Failure) {
    let text = format?.text ?? TraceImport.formats[0]
    if let other = Self.others.first(where: { $0.name == text }) {
      self = other.source
    } else if let orders = ExportFormats.named(text) as? any ImportFormat {
      self = .orders(orders)
    } else {
      throw Failure(.usage, "--format: expected one of \(Self.names), found '\(text)'")
    }
  }

  /// Whether it is a schedule whose problem may be laid out anew.
  var takesLayout: Bool {
    switch self {
    case .orders(let format): format.name == TorchCSV().name
    case .program: true
    case .skipPipe, .traces, .runs, .layout: false
    }
  }
  /// Whether it has sends and receives of its own.
  var takesCommunication: Bool { if case .program = self { true } else { false } }
  /// Whether it says only where layers are.
  var takesLayerTimes: Bool { if case .layout = self { true } else { false } }
  /// Whether the argument itself is read, and no file.
  var isArgument: Bool { if case .layout(.megatron) = self { true } else { false } }
  /// Whether it has plans of which one is chosen.
  var takesPlan: Bool { if case .skipPipe = self { true } else { false } }
  /// Whether it is read as traces are.
  var takesTraceFlags: Bool { if case .traces = self { true } else { false } }

  /// Why it takes no problem; `nil` where it does.
  var makesProblem: String? {
    switch self {
    case .orders, .program, .skipPipe: nil
    case .traces: "a trace makes a problem and takes none"
    case .runs: "a table of runs makes problems and takes none"
    case .layout: "--layer-times takes a problem with layers"
    }
  }
}
