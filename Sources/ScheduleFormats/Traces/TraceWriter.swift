import PipelineModel
import Timeline

/// Appends the events of a timeline's trace, device after device.
struct TraceWriter {
  private let timeline: Timeline
  private let unit: TraceUnit
  private let transfers: TraceTransfers
  private let copies: [Device.ID: [HostTransfer]]
  private var writer: JSONWriter
  private var isFirst = true

  init(_ timeline: Timeline) {
    self.timeline = timeline
    let problem = timeline.schedule.problem
    unit = TraceUnit(problem.units.time)
    transfers = TraceTransfers(problem)
    copies = Dictionary(grouping: timeline.transfersOfHosts, by: \.device)
    writer = JSONWriter(capacity: 600 * timeline.schedule.orders.operations.count)
    writer.raw(
      "{\n  \"displayTimeUnit\": \"ms\",\n  \"otherData\": {\"program\": \"pipeloom\", \"problem\": ")
    writer.string(problem.name)
    writer.raw(", \"timeUnit\": ")
    writer.string(
      unit.isKnown ? problem.units.time : "\"\(problem.units.time)\" is no unit of time: shown as ms")
    writer.raw(", \"makespan\": ")
    writer.number(unit.convert(timeline.makespan))
    writer.raw("},\n  \"traceEvents\": [")
  }

  /// Ends the trace.
  consuming func finish() -> [UInt8] {
    writer.raw("\n  ]\n}\n")
    return writer.bytes
  }

  /// Writes every device's names, operations and memory.
  mutating func writeDevices() {
    let problem = timeline.schedule.problem
    for device in problem.devices.indices.map({ Device.ID($0) }) {
      writeName("process_name", "device \(timeline.schedule.problem.name(of: device))", of: device)
      writeName("thread_name", "operations", of: device)
      begin("process_sort_index", phase: "M", on: device)
      writer.raw(", \"args\": {\"sort_index\": ")
      writer.integer(device.rawValue)
      writer.raw("}}")
      writeOperations(of: device)
      writeCopies(of: device)
      writeMemory(of: device)
    }
  }

  private mutating func writeName(
    _ kind: StaticString, _ name: String, of device: Device.ID, channel: HostTransfer.Way? = nil
  ) {
    begin(kind, phase: "M", on: device, channel: channel)
    writer.raw(", \"args\": {\"name\": ")
    writer.string(name)
    writer.raw("}}")
  }

  private mutating func writeOperations(of device: Device.ID) {
    let orders = timeline.schedule.orders
    let range = orders.range(of: device)
    var pairs = orders.pairs.drop { $0 < range.lowerBound }
    var pairBegin: Int?
    for position in range {
      if pairs.first == position { pairBegin = pairs.popFirst() }
      let isPaired = pairBegin.map { position - $0 <= 1 } ?? false
      let start = unit.convert(timeline.start(at: position))
      let end = unit.convert(timeline.end(at: position))
      let operation = orders.operations[position]
      // A launch takes no time: the copy that it launches shows it.
      if operation.kind == .reload { continue }
      write(operation, on: device, start: start, end: end, pair: isPaired ? pairBegin : nil)
      writeTransfers(of: operation, on: device, start: start, end: end)
    }
    let optimizerStep = timeline.schedule.problem.devices[device.index].optimizerStep
    guard optimizerStep > 0, let start = timeline.optimizerStepStart(on: device) else { return }
    begin("optimizer step", phase: "X", on: device)
    writeSpan(from: unit.convert(start), lasting: unit.convert(optimizerStep))
    writer.raw("}")
  }

  private mutating func write(
    _ operation: Operation, on device: Device.ID, start: Double, end: Double, pair: Int?
  ) {
    separate()
    // Viewers colour slices by their names without digits: by kind.
    writer.raw("{\"name\": ")
    if timeline.schedule.problem.layout != nil {
      writer.string(timeline.schedule.problem.name(of: operation))
    } else {
      writer.raw("\"")
      writer.raw(operation.kind.traits.symbol)
      writer.raw(" stage=")
      writer.integer(operation.stage.rawValue)
      writer.raw(" microbatch=")
      writer.integer(operation.microbatch.rawValue)
      writer.raw("\"")
    }
    writer.raw(", \"cat\": \"operation\", \"ph\": \"X\"")
    writeTrack(of: device)
    writeSpan(from: start, lasting: end - start)
    writer.raw(", \"cname\": \"")
    writer.raw(operation.kind.traceColour)
    writer.raw("\", \"args\": {\"kind\": \"")
    writer.raw(operation.kind.traits.symbol)
    writer.raw("\", \"stage\": ")
    writer.integer(operation.stage.rawValue)
    writer.raw(", \"microbatch\": ")
    writer.integer(operation.microbatch.rawValue)
    writer.raw(", \"chunk\": ")
    writer.integer(transfers.chunk(of: operation.stage, on: device))
    if let pair {
      writer.raw(", \"pair\": ")
      writer.integer(pair)
    }
    writer.raw("}}")
  }

  /// Writes what goes between a device and its host, on a track for each way.
  private mutating func writeCopies(of device: Device.ID) {
    guard let copies = copies[device] else { return }
    for way in HostTransfer.Way.allCases {
      let name: String
      switch way {
      case .offload: name = "to host"
      case .reload: name = "from host"
      }
      writeName("thread_name", name, of: device, channel: way)
      for copy in copies where copy.way == way {
        separate()
        writer.raw("{\"name\": \"")
        writer.raw(way.traceName)
        writer.raw(" stage=")
        writer.integer(copy.operation.stage.rawValue)
        writer.raw(" microbatch=")
        writer.integer(copy.operation.microbatch.rawValue)
        writer.raw("\", \"cat\": \"copy\", \"ph\": \"X\"")
        writeTrack(of: device, channel: way)
        let start = unit.convert(copy.start)
        writeSpan(from: start, lasting: unit.convert(copy.end) - start)
        writer.raw(", \"cname\": \"generic_work\", \"args\": {\"stage\": ")
        writer.integer(copy.operation.stage.rawValue)
        writer.raw(", \"microbatch\": ")
        writer.integer(copy.operation.microbatch.rawValue)
        writer.raw(", \"memory\": ")
        writer.number(copy.memory)
        writer.raw("}}")
      }
    }
  }

  /// Writes the ends of the arrows that lead to an operation and the beginnings of those that leave it.
  private mutating func writeTransfers(
    of operation: Operation, on device: Device.ID, start: Double, end: Double
  ) {
    for arrow in transfers.arriving(at: operation) {
      begin(arrow.name, phase: "f", on: device)
      writer.raw(", \"bp\": \"e\"")
      writeArrow(arrow.number, at: start)
    }
    for arrow in transfers.leaving(operation) {
      begin(arrow.name, phase: "s", on: device)
      // An arrow belongs to the slice around its time; viewers count nanoseconds, and the end is outside.
      writeArrow(arrow.number, at: max(start, end - 0.001))
    }
  }

  private mutating func writeArrow(_ number: Int, at time: Double) {
    writer.raw(", \"cat\": \"transfer\", \"id\": ")
    writer.integer(number)
    writer.raw(", \"ts\": ")
    writer.number(time)
    writer.raw("}")
  }

  private mutating func writeMemory(of device: Device.ID) {
    let label = timeline.schedule.problem.units.memory
    let name = label.isEmpty ? "memory" : "memory in \(label)"
    for step in timeline.memoryProfile(of: device) {
      separate()
      writer.raw("{\"name\": ")
      writer.string(name)
      writer.raw(", \"ph\": \"C\"")
      writeTrack(of: device)
      writer.raw(", \"ts\": ")
      writer.number(unit.convert(step.time))
      writer.raw(", \"args\": {\"held\": ")
      writer.number(step.memory)
      writer.raw("}}")
    }
  }

  /// Begins an event of one device's track.
  private mutating func begin(
    _ name: StaticString, phase: StaticString, on device: Device.ID, channel: HostTransfer.Way? = nil
  ) {
    separate()
    writer.raw("{\"name\": \"")
    writer.raw(name)
    writer.raw("\", \"ph\": \"")
    writer.raw(phase)
    writer.raw("\"")
    writeTrack(of: device, channel: channel)
  }

  /// Process and thread; viewers take number 0 for the idle process of a machine, and a number for one thread whatever
  /// its process.
  private mutating func writeTrack(of device: Device.ID, channel: HostTransfer.Way? = nil) {
    writer.raw(", \"pid\": ")
    writer.integer(device.rawValue + 1)
    writer.raw(", \"tid\": ")
    let tracks = timeline.schedule.problem.deviceCount
    let layer =
      switch channel {
      case nil: 0
      case .offload: 1
      case .reload: 2
      }
    writer.integer(device.index + 1 + layer * tracks)
  }

  private mutating func writeSpan(from start: Double, lasting duration: Double) {
    writer.raw(", \"ts\": ")
    writer.number(start)
    writer.raw(", \"dur\": ")
    // A difference of two points on the grid is off it by rounding.
    writer.number((duration * 1e6).rounded() / 1e6)
  }

  private mutating func separate() {
    if !isFirst { writer.raw(",") }
    isFirst = false
    writer.newline(4)
  }
}

extension Operation.Kind {
  /// One of the colours that chrome://tracing has by name: blue, light blue, green and orange; teal for recompute.
  fileprivate var traceColour: StaticString {
    switch self {
    case .forward: "thread_state_runnable"
    case .recompute, .reload: "background_memory_dump"
    case .backwardInput: "rail_response"
    case .backwardWeight: "thread_state_running"
    case .backward: "thread_state_iowait"
    }
  }
}

extension HostTransfer.Way {
  /// What slices are called.
  fileprivate var traceName: StaticString {
    switch self {
    case .offload: "offload"
    case .reload: "reload"
    }
  }
}
