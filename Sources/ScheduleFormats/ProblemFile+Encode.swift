import PipelineModel

extension ProblemFile {
  /// Writes a problem whose layers are still to be cut, as `encode` does others.
  ///
  /// - Throws: `FormatError` where its other figures suit no stages.
  /// - Complexity: O(problem + layers² x modes).
  public static func encode(_ open: PartitionProblem) throws(FormatError) -> [UInt8] {
    let free = open.withoutMemoryLimits
    let cut: Problem
    do throws(ProblemError) { cut = try free.cut(free.equalCounts) } catch {
      throw FormatError(.problem(error.reason), key: error.key)
    }
    var writer = JSONWriter()
    write(cut, stillOpen: open, to: &writer, indentation: 0)
    writer.newline(0)
    return writer.bytes
  }

  /// Appends a problem as an object with one key per line, its closing brace indented by `indentation`.
  ///
  /// - Parameters:
  ///   - open: the same problem with its layers still to be cut, where they are to be written so.
  ///   - streams: the same problem with the streams and tasks that go with it.
  static func write(
    _ problem: Problem, stillOpen open: PartitionProblem? = nil, streams: StreamedProblem? = nil,
    to writer: inout JSONWriter, indentation: Int
  ) {
    if let written = problem.layout?.written {
      return write(written.plain, streams: written, to: &writer, indentation: indentation)
    }
    let inner = indentation + 2
    writer.raw("{")
    writer.key("pipeloom", indentation: inner)
    writer.string(FileKind.problem.rawValue)
    writeLabels(of: problem, to: &writer, indentation: inner)
    writer.key("devices", indentation: inner)
    writer.integer(problem.deviceCount)
    writeMemoryLimits((open?.devices ?? problem.devices).map(\.memoryLimit), to: &writer, indentation: inner)
    writer.key("microbatches", indentation: inner)
    write(problem.microbatches, to: &writer, indentation: inner)
    writer.key("placement", indentation: inner)
    write(problem.placement, to: &writer)
    if !problem.usesDefaultRoute || problem.skipReorder != nil {
      writeRoutes(of: problem, to: &writer, indentation: inner)
    }
    if let rules = problem.skipReorder { writeSkipReorder(rules, to: &writer, indentation: inner) }
    if problem.pieces > 1 {
      writer.key("pieces", indentation: inner)
      writer.integer(problem.pieces)
    }
    if let open {
      write(open, to: &writer, indentation: inner)
    } else if let partition = problem.partition {
      write(partition, to: &writer, indentation: inner)
    } else {
      writer.key("stages", indentation: inner)
      writer.lines(problem.stages.indices, indentation: inner) { writer, stage in
        write(problem.stages[stage], streams.map { ($0.phases[stage], $0.streams) }, to: &writer)
      }
    }
    writeModesPer(of: problem, to: &writer, indentation: inner)
    writeHost(of: problem, to: &writer, indentation: inner)
    if let layerCount = problem.layerCount {
      writer.key("layerCount", indentation: inner)
      writer.integer(layerCount)
    }
    writer.key("communication", indentation: inner)
    write(problem.communication, to: &writer, indentation: inner)
    writeOverlap(of: problem, to: &writer, indentation: inner)
    writeGap(of: problem, to: &writer, indentation: inner)
    writeBarrier(of: problem, to: &writer, indentation: inner)
    writer.key("optimizerStep", indentation: inner)
    writePerDevice(problem.devices.map(\.optimizerStep), to: &writer)
    writeTail(of: problem, to: &writer, indentation: inner)
    let speeds = problem.devices.map(\.speed)
    if speeds.contains(where: { $0 != 1 }) {
      writer.key("speed", indentation: inner)
      writePerDevice(speeds, to: &writer)
    }
    if let streams { writeStreams(of: streams, to: &writer, indentation: inner) }
    writer.newline(indentation)
    writer.raw("}")
  }

  private static func writeLabels(of problem: Problem, to writer: inout JSONWriter, indentation: Int) {
    if !problem.name.isEmpty {
      writer.key("name", indentation: indentation)
      writer.string(problem.name)
    }
    if let source = problem.source {
      writer.key("source", indentation: indentation)
      writer.string(source)
    }
    if problem.units != Units() {
      writer.key("units", indentation: indentation)
      writer.raw("{\"time\": ")
      writer.string(problem.units.time)
      writer.raw(", \"memory\": ")
      writer.string(problem.units.memory)
      writer.raw("}")
    }
  }

  private static func writeMemoryLimits(
    _ limits: [Double?], to writer: inout JSONWriter, indentation: Int
  ) {
    guard limits.contains(where: { $0 != nil }) else { return }
    writer.key("memoryLimit", indentation: indentation)
    writePerDevice(limits, to: &writer)
  }

  /// Writes one number when all devices have the same, a list otherwise; in a list, `null` is no number.
  static func writePerDevice(_ values: [Double?], to writer: inout JSONWriter) {
    func write(_ value: Double?, to writer: inout JSONWriter) {
      if let value { writer.number(value) } else { writer.raw("null") }
    }
    if let first = values.first, values.allSatisfy({ $0 == first }) {
      write(first, to: &writer)
    } else {
      writer.list(values) { write($1, to: &$0) }
    }
  }

  private static func write(_ placement: Placement, to writer: inout JSONWriter) {
    switch placement {
    case .sequential, .loop, .v: writer.string(placement.name ?? "")
    case .explicit(let hosts):
      writer.list(hosts) { writer, devices in
        if devices.count == 1 {
          writer.integer(devices[0].rawValue)
        } else {
          writer.list(devices) { $0.integer($1.rawValue) }
        }
      }
    }
  }

  private static func write(
    _ communication: Communication, to writer: inout JSONWriter, indentation: Int
  ) {
    switch communication {
    case .uniform(let latency): writer.number(latency)
    case .matrix(let rows):
      writer.raw("{\"latency\": ")
      write(rows, to: &writer, indentation: indentation)
      writer.raw("}")
    case .links(let links):
      writer.raw("{\"latency\": ")
      write(links.latency, to: &writer, indentation: indentation)
      writer.raw(", \"bandwidth\": ")
      write(links.bandwidth, to: &writer, indentation: indentation)
      writer.raw(", \"bytes\": ")
      writer.number(links.bytes)
      if let serialise = links.serialise {
        writer.raw(", \"serialise\": ")
        writer.string(serialise.rawValue)
      }
      writer.raw("}")
    }
  }

  private static func write(_ rows: [[Double]], to writer: inout JSONWriter, indentation: Int) {
    writer.lines(rows, indentation: indentation) { writer, row in writer.list(row) { $0.number($1) } }
  }
}
