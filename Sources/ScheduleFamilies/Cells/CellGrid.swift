/// A V schedule under construction: operations in cells of unit time, one row of cells per device.
///
/// The order of a device is its row read from left to right. Chunk 0 is the way to the turn, chunk 1 the way
/// back. An operation is a code: device by device, then kind by kind, then in the order in which it runs.
struct CellGrid {
  /// The kinds of a device's operations, in the order of the chain that a microbatch runs through.
  enum Kind: Int {
    case forward0, forward1, backward1, backward0
    /// `W` of either chunk; the k-th that runs on the device has index k.
    case weight

    var isForward: Bool { self == .forward0 || self == .forward1 }
  }

  let devices: Int
  let microbatches: Int
  /// The number of cells of a row.
  let width: Int
  /// How long a backward is: 1 where `W` is split off, 2 where it is fused.
  let backwardCells: Int

  /// The operation in each cell, row by row, or `free`.
  var operations: [Int32]
  /// The first cell of each operation.
  var cells: [Int32]
  /// The backward whose `W` each weight operation is, device by device.
  var backwardOfWeight: [Int32]
  /// How many activations a device holds after each cell, once measured.
  var held: [Int32] = []
  /// How many `W` wait after each cell, once measured for moves that leave room for them.
  var pending: [Int32] = []

  static let free: Int32 = -1

  /// Repeats a building block every six cells, once per microbatch; split-off `W` are still to be put.
  ///
  /// - Parameter start: the first cell of each operation of microbatch 0 other than `W`. The block must not
  ///   meet its repetitions.
  init(devices: Int, microbatches: Int, backwardCells: Int = 1, start: (_ device: Int, Kind) -> Int) {
    self.devices = devices
    self.microbatches = microbatches
    self.backwardCells = backwardCells
    let kinds = [Kind.forward0, .forward1, .backward1, .backward0]
    let starts = (0..<devices).map { device in kinds.map { start(device, $0) } }
    let lastStart = starts.reduce(0) { max($0, $1.max() ?? 0) }
    // Behind the last backward there is room for every W.
    width = lastStart + 6 * (microbatches - 1) + backwardCells + 2 * microbatches
    operations = Array(repeating: Self.free, count: devices * width)
    cells = Array(repeating: Self.free, count: devices * 6 * microbatches)
    backwardOfWeight = Array(repeating: Self.free, count: devices * 2 * microbatches)
    for device in 0..<devices {
      for (kind, first) in zip(kinds, starts[device]) {
        for index in 0..<microbatches { place(code(kind, index, on: device), at: first + 6 * index) }
      }
    }
  }

  /// How many codes a device has.
  var codesPerDevice: Int { 6 * microbatches }

  func code(_ kind: Kind, _ index: Int, on device: Int) -> Int {
    device * codesPerDevice + kind.rawValue * microbatches + index
  }

  func device(of code: Int) -> Int { code / codesPerDevice }

  func kind(of code: Int) -> Kind { Kind(rawValue: code % codesPerDevice / microbatches) ?? .weight }

  /// How many cells an operation takes.
  func length(of code: Int) -> Int {
    switch kind(of: code) {
    case .backward0, .backward1: backwardCells
    case .forward0, .forward1, .weight: 1
    }
  }

  /// The operation whose result this one needs; at either end of a chunk that is the kind before on the device.
  func input(of code: Int) -> Int? {
    let device = device(of: code)
    switch kind(of: code) {
    case .forward0: return device > 0 ? code - codesPerDevice : nil
    case .backward1: return device > 0 ? code - codesPerDevice : code - microbatches
    case .forward1, .backward0: return device < devices - 1 ? code + codesPerDevice : code - microbatches
    case .weight: return Int(backwardOfWeight[code - device * 4 * microbatches - 4 * microbatches])
    }
  }

  /// The operation of the same kind before this one on the device.
  func predecessor(of code: Int) -> Int? {
    let isFirst = code == self.code(kind(of: code), 0, on: device(of: code))
    return isFirst ? nil : code - 1
  }

  /// The first cell after an operation.
  func end(of code: Int) -> Int { Int(cells[code]) + length(of: code) }

  /// The first cell in which an operation can start, its own row aside.
  func earliest(_ code: Int) -> Int {
    max(input(of: code).map(end) ?? 0, predecessor(of: code).map(end) ?? 0)
  }

  mutating func place(_ code: Int, at cell: Int) {
    let first = device(of: code) * width + cell
    for position in first..<first + length(of: code) { operations[position] = Int32(code) }
    cells[code] = Int32(cell)
  }

  mutating func remove(_ code: Int) {
    let first = device(of: code) * width + Int(cells[code])
    for position in first..<first + length(of: code) { operations[position] = Self.free }
  }

  /// Calls `body` with every operation that starts at or after a cell, cell by cell, in each from device 0 on,
  /// until it returns false. Operations may move to earlier cells meanwhile.
  mutating func scan(from first: Int = 0, _ body: (inout CellGrid, _ code: Int, _ cell: Int) -> Bool) {
    for cell in first..<width {
      for device in 0..<devices {
        let code = Int(operations[device * width + cell])
        if code >= 0, Int(cells[code]) == cell, !body(&self, code, cell) { return }
      }
    }
  }
}
