/// Moves on a grid without `W`, which count on one waiting `W` in every free cell.
extension CellGrid {
  /// What a device holds, and how many `W` wait.
  private struct Load: Equatable {
    var held: Int32
    var pending: Int32

    /// The load after a cell that holds an operation of a kind, or `nil`.
    mutating func pass(_ kind: Kind?) {
      switch kind {
      case .forward0, .forward1: held += 1
      case .backward0, .backward1: pending += 1
      case .weight: break
      case nil:
        guard pending > 0 else { return }
        held -= 1
        pending -= 1
      }
    }
  }

  /// Measures the load after each cell. O(cells).
  mutating func measurePending() {
    held = Array(repeating: 0, count: operations.count)
    pending = held
    for device in 0..<devices {
      var load = Load(held: 0, pending: 0)
      for position in device * width..<(device + 1) * width {
        load.pass(kind(at: position))
        set(load, after: position)
      }
    }
  }

  /// Moves an operation to the earliest free cell after its inputs from which on its device never holds more
  /// than the limit. Keeps the loads true. O(cells between, for each free one of them).
  mutating func moveEarlierLeavingRoom(_ code: Int, within limit: Int32) {
    let row = device(of: code) * width
    let old = row + Int(cells[code])
    let kind = kind(of: code)
    var target = row + earliest(code)
    guard target < old else { return }
    remove(code)
    while target < old, operations[target] != Self.free || !fits(kind, at: target, insteadOf: old, limit) {
      target += 1
    }
    place(code, at: target - row)
    var position = target
    var load = load(before: target)
    while position < row + width {
      load.pass(self.kind(at: position))
      if position >= old, load == self.load(after: position) { return }
      set(load, after: position)
      position += 1
    }
  }

  /// Whether the device stays within the limit until its load is again what it is with the operation at `old`.
  private func fits(_ kind: Kind, at target: Int, insteadOf old: Int, _ limit: Int32) -> Bool {
    var load = load(before: target)
    var position = target
    let rowEnd = target - target % width + width
    while position < rowEnd {
      load.pass(position == target ? kind : self.kind(at: position))
      if load.held > limit { return false }
      if position >= old, load == self.load(after: position) { return true }
      position += 1
    }
    return true
  }

  private func kind(at position: Int) -> Kind? {
    let code = Int(operations[position])
    return code < 0 ? nil : kind(of: code)
  }

  private func load(before position: Int) -> Load {
    position % width == 0 ? Load(held: 0, pending: 0) : load(after: position - 1)
  }

  private func load(after position: Int) -> Load {
    Load(held: held[position], pending: pending[position])
  }

  private mutating func set(_ load: Load, after position: Int) {
    held[position] = load.held
    pending[position] = load.pending
  }
}
