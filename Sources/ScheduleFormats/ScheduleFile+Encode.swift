import PipelineModel

extension ScheduleFile {
  /// Writes the schedule as JSON: two-space indents at the top, one line per stage and per operation.
  ///
  /// - Throws: `FormatError` when a time or figure is not finite.
  /// - Complexity: O(text).
  public func encode() throws(FormatError) -> [UInt8] {
    let schedule = record.schedule
    var writer = JSONWriter(capacity: 4096 + 96 * schedule.orders.operations.count)
    writer.raw("{")
    writer.key("pipeloom", indentation: 2)
    writer.string(FileKind.schedule.rawValue)
    if let generator {
      writer.key("generator", indentation: 2)
      Self.write(generator, to: &writer)
    }
    writer.key("problem", indentation: 2)
    ProblemFile.write(schedule.problem, to: &writer, indentation: 2)
    if let summary = record.summary {
      writer.key("summary", indentation: 2)
      try writer.summary(summary, indentation: 2)
    }
    writer.key("devices", indentation: 2)
    try checkTimes()
    var pairs = schedule.orders.pairs.enumerated().makeIterator()
    var pair = pairs.next()
    let deviceCount = schedule.problem.layout?.deviceCount ?? schedule.orders.deviceCount
    writer.lines(0..<deviceCount, indentation: 2) { writer, device in
      writeDevice(device, to: &writer) { position in
        guard let (number, first) = pair, position >= first else { return nil }
        if position > first { pair = pairs.next() }
        return number
      }
    }
    writer.newline(0)
    writer.raw("}")
    writer.newline(0)
    return writer.bytes
  }

  /// Appends the mode of an `F`; left out where it is mode 0, or the problem has no such stage or microbatch.
  private func writeMode(of operation: Operation, to writer: inout JSONWriter) {
    let problem = record.schedule.problem
    guard !problem.modes.isPlain, problem.stages.indices.contains(operation.stage.index),
      problem.microbatches.indices.contains(operation.microbatch.index)
    else { return }
    let number = problem.modes[operation.stage, operation.microbatch]
    guard number > 0 else { return }
    writer.raw(", \"mode\": ")
    writer.string(problem.stages[operation.stage.index].modeNames[number])
  }

  private static func write(_ generator: Generator, to writer: inout JSONWriter) {
    writer.raw("{\"command\": ")
    writer.string(generator.command)
    if let family = generator.family {
      writer.raw(", \"family\": ")
      writer.string(family)
    }
    if let groupSize = generator.groupSize {
      writer.raw(", \"groupSize\": ")
      writer.integer(groupSize)
    }
    writer.raw(", \"version\": ")
    writer.string(generator.version)
    writer.raw("}")
  }

  private func checkTimes() throws(FormatError) {
    guard let times = record.times else { return }
    let orders = record.schedule.orders
    for (name, values) in [("start", times.starts), ("end", times.ends)] {
      guard let position = values.firstIndex(where: { !$0.isFinite }) else { continue }
      let device = orders.device(at: position)
      let index = position - orders.range(of: device).lowerBound
      throw FormatError(
        .notFinite(values[position].plain),
        key: ["devices", .index(device.index), "operations", .index(index), .name(name)])
    }
  }

  /// Appends one device; `pair` tells the pair of each position in turn.
  private func writeDevice(_ device: Int, to writer: inout JSONWriter, pair: (Int) -> Int?) {
    writer.raw("{\"device\": ")
    writer.integer(device)
    writer.raw(", \"operations\": ")
    let orders = record.schedule.orders
    let entries = record.schedule.problem.layout.map { StreamEntries($0, orders) }
    let positions =
      entries?.positions(on: device, times: record.times) ?? Array(orders.range(of: Device.ID(device)))
    writer.lines(positions, indentation: 4) { writer, position in
      let operation = orders.operations[position]
      if let entries {
        entries.write(position, to: &writer)
      } else {
        writer.openOperation(operation)
      }
      if operation.kind == .forward { writeMode(of: operation, to: &writer) }
      if let times = record.times {
        writer.raw(", \"start\": ")
        writer.number(times.starts[position])
        writer.raw(", \"end\": ")
        writer.number(times.ends[position])
        if let offload = times.offloads[position] {
          writer.raw(", \"offloadStart\": ")
          writer.number(offload.lowerBound)
          writer.raw(", \"offloadEnd\": ")
          writer.number(offload.upperBound)
        }
      }
      if let number = pair(position) {
        writer.raw(", \"pair\": ")
        writer.integer(number)
      }
      writer.raw("}")
    }
    writer.raw("}")
  }
}

extension JSONWriter {
  /// Appends the beginning of an operation's object: what it is.
  mutating func openOperation(_ operation: Operation) {
    raw("{\"op\": \"")
    raw(operation.kind.traits.symbol)
    raw("\", \"stage\": ")
    integer(operation.stage.rawValue)
    raw(", \"microbatch\": ")
    integer(operation.microbatch.rawValue)
  }
}
