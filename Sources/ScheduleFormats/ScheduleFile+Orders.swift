import PipelineModel

/// One operation's order that it belongs to a pair.
private struct PairMark {
  var number: Int32
  /// The position in the order.
  var index: Int
  /// Where the number stands in the text.
  var place: Int
}

/// The mode that an `F` names.
struct RecordedMode {
  var operation: Operation
  var name: String
  /// Where the name stands in the text.
  var place: Int
  var key: ProblemKey
}

/// The orders of a schedule file as they are being read, in the file's order of devices.
struct RecordedOrders {
  /// The operations of one device.
  fileprivate struct Entry {
    var device: Int32 = 0
    /// Where the number of the device stands in the text.
    var place = 0
    /// The positions of its operations.
    var range = 0..<0
  }

  fileprivate var operations: [Operation] = []
  fileprivate var starts: [Double] = []
  fileprivate var ends: [Double] = []
  fileprivate var entries: [Entry] = []
  /// Where the first operation of each pair stands, ascending.
  fileprivate var pairs: [Int] = []
  /// The times of the offloads behind `F`, by position.
  fileprivate var offloads: [Int: ClosedRange<Double>] = [:]
  /// The modes that `F` name, in the file's order.
  fileprivate(set) var modes: [RecordedMode] = []
  /// What is said of operations that are phases or tasks, by position.
  fileprivate(set) var works: [Int: RecordedWork] = [:]
  /// The first operation without times.
  fileprivate var firstWithoutTimes: FormatError?
  /// The first operation marked as part of a pair without a partner.
  fileprivate var firstWithoutPartner: FormatError?

  /// Takes the pairs of an order that begins at `first`, and returns the first mark that has no neighbour of its
  /// number, or has more than one.
  fileprivate mutating func join(_ marks: [PairMark], from first: Int) -> PairMark? {
    var numbers: Set<Int32> = []
    for pair in stride(from: 0, to: marks.count, by: 2) {
      let mark = marks[pair]
      guard pair + 1 < marks.count, marks[pair + 1].number == mark.number,
        marks[pair + 1].index == mark.index + 1, numbers.insert(mark.number).inserted
      else { return mark }
      pairs.append(first + mark.index)
    }
    return nil
  }

  /// The orders in the order of devices, with the times where all operations have them.
  func join(
    deviceCount: Int, reader: borrowing JSONReader
  ) throws(FormatError) -> (orders: Orders, times: RecordedSchedule.Times?, works: [Int: RecordedWork]) {
    if !starts.isEmpty, let firstWithoutTimes { throw firstWithoutTimes }
    if let firstWithoutPartner { throw firstWithoutPartner }
    let sorted = try sortedEntries(deviceCount: deviceCount, reader: reader)
    var times = starts.isEmpty ? nil : RecordedSchedule.Times(starts: starts, ends: ends)
    times?.offloads = offloads
    if zip(sorted, entries).allSatisfy({ $0.device == $1.device }) {
      let bounds = [0] + entries.map(\.range.upperBound)
      return (Orders(operations: operations, bounds: bounds, pairs: pairs), times, works)
    }
    let sortedPlaces = sorted.flatMap { Array($0.range) }
    let firsts = Set(pairs)
    return (
      Orders(
        operations: sortedPlaces.map { operations[$0] },
        bounds: sorted.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.range.count) },
        pairs: sortedPlaces.indices.filter { firsts.contains(sortedPlaces[$0]) }),
      times.map { times in
        var sorted = RecordedSchedule.Times(
          starts: sortedPlaces.map { times.starts[$0] }, ends: sortedPlaces.map { times.ends[$0] })
        for (place, position) in sortedPlaces.enumerated() {
          sorted.offloads[place] = times.offloads[position]
        }
        return sorted
      },
      works.isEmpty
        ? [:]
        : Dictionary(
          uniqueKeysWithValues: sortedPlaces.enumerated().compactMap { place, position in
            works[position].map { (place, $0) }
          })
    )
  }

  private func sortedEntries(
    deviceCount: Int, reader: borrowing JSONReader
  ) throws(FormatError) -> [Entry] {
    var sorted = [Entry?](repeating: nil, count: deviceCount)
    for (index, entry) in entries.enumerated() {
      let key: ProblemKey = ["devices", .index(index), "device"]
      var refusal: FormatError.Reason?
      if !sorted.indices.contains(Int(entry.device)) {
        refusal = .problem(.unknownDevice(Int(entry.device), count: deviceCount))
      } else if sorted[Int(entry.device)] != nil {
        refusal = .devices(.repeated(Int(entry.device)))
      }
      if let refusal {
        var error = reader.error(refusal, at: entry.place)
        error.key = key
        throw error
      }
      sorted[Int(entry.device)] = entry
    }
    if let missing = sorted.firstIndex(where: { $0 == nil }) {
      throw FormatError(.devices(.missing(missing)), key: ["devices"])
    }
    return sorted.compactMap { $0 }
  }
}

extension JSONReader {
  private static let deviceKeys = JSONKeys(ScheduleFile.Keys.device)
  private static let operationKeys = JSONKeys(ScheduleFile.Keys.operation)

  /// Reads the list of devices.
  mutating func readDevices(into orders: inout RecordedOrders) throws(FormatError) {
    try readArray(expecting: "a list of devices") { (reader, index) throws(FormatError) in
      let keys = Self.deviceKeys
      var entry = RecordedOrders.Entry()
      reader.skipBlanks()
      let start = reader.position
      let seen = try reader.readObject(keys: keys, expecting: "an object") {
        (reader, key) throws(FormatError) in
        if key == 0 {
          reader.skipBlanks()
          entry.place = reader.position
          entry.device = try reader.readInt32(expecting: "a device")
        } else {
          entry.range = try reader.readOrder(into: &orders, entry: index)
        }
      }
      try keys.require(0..<2, in: seen, of: reader, at: start)
      orders.entries.append(entry)
    }
  }

  private mutating func readOrder(
    into orders: inout RecordedOrders, entry: Int
  ) throws(FormatError) -> Range<Int> {
    let first = orders.operations.count
    var marks: [PairMark] = []
    try readArray(expecting: "a list of operations") { (reader, index) throws(FormatError) in
      if let mark = try reader.readOperation(into: &orders, entry: entry, index: index) { marks.append(mark) }
    }
    if let mark = orders.join(marks, from: first), orders.firstWithoutPartner == nil {
      var fault = error(.pair(Int(mark.number)), at: mark.place)
      fault.key = ["devices", .index(entry), "operations", .index(mark.index), "pair"]
      orders.firstWithoutPartner = fault
    }
    return first..<orders.operations.count
  }

  private mutating func readOperation(
    into orders: inout RecordedOrders, entry: Int, index: Int
  ) throws(FormatError) -> PairMark? {
    let keys = Self.operationKeys
    skipBlanks()
    let place = position
    // `nil` for a task.
    var kind: Operation.Kind? = .forward
    var stage: Int32 = 0
    var microbatch: Int32 = 0
    var start = 0.0
    var end = 0.0
    var mark: PairMark?
    var mode: (name: String, place: Int)?
    var offload = (start: 0.0, end: 0.0)
    var work: RecordedWork?
    let seen = try readObject(keys: keys, expecting: "an operation") { (reader, key) throws(FormatError) in
      switch key {
      case 0: kind = try reader.readOperationKind()
      case 1: stage = try reader.readInt32(expecting: "a stage")
      case 2: microbatch = try reader.readInt32(expecting: "a microbatch")
      case 3: start = try reader.readNumber(expecting: "a number")
      case 4: end = try reader.readNumber(expecting: "a number")
      case 6:
        reader.skipBlanks()
        let place = reader.position
        mode = (try reader.readString(expecting: "the name of a mode"), place)
      case 7: offload.start = try reader.readNumber(expecting: "a number")
      case 8: offload.end = try reader.readNumber(expecting: "a number")
      case 9...13: try reader.readWork(keys.names[key], into: &work)
      default:
        reader.skipBlanks()
        let place = reader.position
        let number = try reader.readInt32(expecting: "the number of a pair")
        mark = PairMark(number: number, index: index, place: place)
      }
    }
    try keys.require(kind == nil ? [0, 10] : [0, 1, 2], in: seen, of: self, at: place)
    if kind != nil, work?.task != nil { throw error(.taskOfOther, at: place) }
    if work != nil {
      work?.key = ["devices", .index(entry), "operations", .index(index)]
      orders.works[orders.operations.count] = work
    }
    let operation = Operation(
      kind ?? .forward, stage: Stage.ID(rawValue: stage), microbatch: Microbatch.ID(rawValue: microbatch))
    if let mode {
      let key: ProblemKey = ["devices", .index(entry), "operations", .index(index), "mode"]
      guard kind == .forward else {
        var fault = error(.modeOfOther(operation), at: mode.place)
        fault.key = ["mode"]
        throw fault
      }
      orders.modes.append(RecordedMode(operation: operation, name: mode.name, place: mode.place, key: key))
    }
    if seen.contains(7) || seen.contains(8) {
      guard seen.contains(7), seen.contains(8) else {
        throw error(.missingKey(keys.names[seen.contains(7) ? 8 : 7]), at: place)
      }
      // They are no times of their own: without the rest nothing would check them.
      guard seen.contains(3) else { throw error(.missingKey(keys.names[3]), at: place) }
      orders.offloads[orders.operations.count] = offload.start...max(offload.start, offload.end)
    }
    orders.operations.append(operation)
    switch (seen.contains(3), seen.contains(4)) {
    case (true, true):
      orders.starts.append(start)
      orders.ends.append(end)
    case (false, false) where orders.firstWithoutTimes != nil: break
    case (false, false):
      var missing = error(.missingTime(keys.names[3]), at: place)
      missing.key = ["devices", .index(entry), "operations", .index(index)]
      orders.firstWithoutTimes = missing
    case (let hasStart, _):
      throw error(.missingKey(keys.names[hasStart ? 4 : 3]), at: place)
    }
    return mark
  }

  private mutating func readWork(_ name: String, into work: inout RecordedWork?) throws(FormatError) {
    var known = work ?? RecordedWork(key: [])
    switch name {
    case "phase": known.phase = Int(try readInt32(expecting: "the number of a phase"))
    case "task": known.task = try readString(expecting: "the name of a task")
    case "copy": known.copy = Int(try readInt32(expecting: "the number of a copy"))
    case "to": known.receiver = try readInt32(expecting: "the number of a stage")
    default: known.piece = Int(try readInt32(expecting: "the number of a piece"))
    }
    work = known
  }

  /// Reads what an operation computes; `nil` for a task.
  private mutating func readOperationKind() throws(FormatError) -> Operation.Kind? {
    skipBlanks()
    let start = position
    for (kind, symbol) in zip(Operation.Kind.allCases, Operation.Kind.symbols) {
      if take(word: "\""), take(word: symbol), take(word: "\"") { return kind }
      position = start
    }
    if take(word: "\"T\"") { return nil }
    throw unexpected("F, B, W, BW, R, L or T")
  }
}
