extension CellGrid {
  /// How many activations an operation takes when it starts (1), or releases when it ends (-1).
  private func change(by code: Int) -> Int32 {
    switch kind(of: code) {
    case .forward0, .forward1: 1
    case .backward0, .backward1: backwardCells == 2 ? -1 : 0
    case .weight: -1
    }
  }

  /// Measures what each device holds after each cell and returns the most. O(cells).
  mutating func measureHeld() -> Int32 {
    held = Array(repeating: 0, count: operations.count)
    var peak: Int32 = 0
    for device in 0..<devices {
      var now: Int32 = 0
      for position in device * width..<(device + 1) * width {
        let code = Int(operations[position])
        // A release counts in the last cell of its operation.
        if code >= 0, position == device * width + end(of: code) - 1 { now += change(by: code) }
        held[position] = now
        peak = max(peak, now)
      }
    }
    return peak
  }

  /// Moves an operation to the earliest free cells after its inputs; an `F` only across cells in which its
  /// device holds less than the limit. Keeps `held` true. O(cells between).
  mutating func moveEarlier(_ code: Int, within limit: Int32) {
    let row = device(of: code) * width
    let old = Int(cells[code])
    let low = earliest(code)
    guard low < old else { return }
    let change = change(by: code)
    remove(code)
    var target = old
    if kind(of: code).isForward {
      var cell = old - 1
      while cell >= low, held[row + cell] < limit {
        if operations[row + cell] == Self.free { target = cell }
        cell -= 1
      }
    } else {
      let length = length(of: code)
      target = low
      while !isFree(row + target, length) { target += 1 }
    }
    place(code, at: target)
    let last = length(of: code) - 1
    for position in row + target + last..<row + old + last { held[position] += change }
  }

  private func isFree(_ position: Int, _ length: Int) -> Bool {
    (position..<position + length).allSatisfy { operations[$0] == Self.free }
  }
}
