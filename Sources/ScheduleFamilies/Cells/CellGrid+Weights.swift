/// Which `W` runs first when several wait.
enum WeightQueue {
  /// In the order of their backwards.
  case one
  /// Those of chunk 1 before those of chunk 0.
  case perChunk
}

extension CellGrid {
  /// Puts every `W` in the first free cell after its backward, one after another. O(cells).
  mutating func putWeights(_ queue: WeightQueue) {
    for device in 0..<devices {
      // Backwards whose W waits: both chunks in one list, or each in its own.
      var waiting: [[Int]] = [[], []]
      var next = [0, 0]
      var index = 0
      for cell in 0..<width {
        let code = Int(operations[device * width + cell])
        guard code < 0 else {
          switch kind(of: code) {
          case .backward0: waiting[queue == .one ? 0 : 1].append(code)
          case .backward1: waiting[0].append(code)
          case .forward0, .forward1, .weight: break
          }
          continue
        }
        guard let first = waiting.indices.first(where: { next[$0] < waiting[$0].count }) else { continue }
        backwardOfWeight[device * 2 * microbatches + index] = Int32(waiting[first][next[first]])
        place(self.code(.weight, index, on: device), at: cell)
        next[first] += 1
        index += 1
      }
    }
  }

  /// Takes every `W` out. O(operations).
  mutating func removeWeights() {
    for device in 0..<devices {
      for index in 0..<2 * microbatches { remove(code(.weight, index, on: device)) }
    }
  }

  /// Moves every operation to the earliest cell that its inputs and the order of its row allow. O(cells).
  mutating func squeeze() {
    var clocks = Array(repeating: 0, count: devices)
    scan { grid, code, cell in
      let device = grid.device(of: code)
      let target = max(clocks[device], grid.input(of: code).map(grid.end) ?? 0)
      if target < cell {
        grid.remove(code)
        grid.place(code, at: target)
      }
      clocks[device] = grid.end(of: code)
      return true
    }
  }
}
