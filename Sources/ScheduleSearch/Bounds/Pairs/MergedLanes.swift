/// The operations of a device known by their number alone: the k-th `F` to run there, whatever its stage and class.
///
/// Each takes as little as any of its kind. No k-th of them starts before the k-th smallest of their earliest starts, as
/// one of the first k starts no sooner. An operation is among those places that the ones before and behind it on its
/// stages leave. docs/proofs.md has the proof.
struct MergedLanes {
  /// The numbers of `F`, of backward passes and of `W`, in this order.
  let ranges: [Range<Int>]
  /// Of each kind, what one takes of memory at its start, and what is left of it behind its end, at least.
  let growth: [Double]
  let change: [Double]
  /// Of each kind the operations, counted on the device.
  private let members: [[Int]]
  /// Per operation the first and the last number that it may have.
  private var places: [ClosedRange<Int>]
  private let known: (heads: WindowEnds, tails: WindowEnds)

  /// Whether a device has several chains of `F` or backward passes that may be merged: all backward passes have a `W`, or
  /// none has, there is no `R`, and no output is shared.
  static func mayMerge(_ table: OperationTable, _ device: Int) -> Bool {
    let range = table.range(of: device)
    let backwards = range.filter { table.pass[$0] == .backward }
    let blocks = table.blocks[device].filter { !$0.isEmpty }
    return blocks.reduce(0) { $0 + $1.forwards.count } > 1
      && table.ways.allSatisfy { $0.sharedOutputs.isEmpty }
      && Set(backwards.map { table.facts[$0].contains(.hasWeight) }).count == 1
      && backwards.allSatisfy { table.isWhole($0) }
      && range.allSatisfy { table.pass[$0] != .recompute }
  }

  /// Numbers the operations of a device. O(operations + steps² of a class).
  init(_ table: OperationTable, _ device: Int) {
    let range = table.range(of: device)
    let local = 0..<range.count
    let members = [OperationTable.Pass.forward, .backward, .weight].map { pass in
      local.filter { table.pass[range.lowerBound + $0] == pass }
    }
    self.members = members
    var first = 0
    ranges = members.map { list in
      defer { first += list.count }
      return first..<first + list.count
    }
    places = Array(repeating: 0...0, count: range.count)
    known = (WindowEnds(count: range.count), WindowEnds(count: range.count))
    var growth = [Double](repeating: .infinity, count: 3)
    var change = growth
    for (index, block) in table.blocks[device].enumerated() where !block.isEmpty {
      let way = table.ways[table.classes[index].way]
      for (kind, steps) in [block.forwards, block.backwards, block.weights].enumerated() {
        for (place, step) in steps.enumerated() {
          let memory = table.memory(ofStep: step, group: index)
          growth[kind] = min(growth[kind], memory.growth)
          change[kind] = min(change[kind], memory.growth - memory.release)
          let before = steps.filter { $0 != step && way.precedes($0, step) }.count
          let behind = steps.filter { $0 != step && way.precedes(step, $0) }.count
          for rank in 0..<block.length {
            let operation =
              kind == 0
              ? block.forward(place) + rank
              : kind == 1 ? block.backward(place) + rank : block.weight(place) + rank * steps.count
            // Of the steps before and behind on the way, those of as many microbatches as there are up to this one.
            let earlier = rank + before * (rank + 1)
            let later = (block.length - 1 - rank) + behind * (block.length - rank)
            places[operation] =
              ranges[kind].lowerBound + earlier...ranges[kind].upperBound - 1 - later
          }
        }
      }
    }
    self.growth = growth
    self.change = change
  }

  /// What each number takes, of a device whose operations begin with a given one.
  func parts(_ costs: PairCosts, from first: Int) -> [PairCosts.Part] {
    zip(ranges, members).flatMap { range, list in
      costs.leastPart(of: list.map { first + $0 }).map { Array(repeating: $0, count: range.count) } ?? []
    }
  }

  /// Whether all operations of a kind take the same.
  func areEqual(_ costs: PairCosts, from first: Int) -> Bool {
    members.allSatisfy { list in Set(list.map { costs.part(of: first + $0) }).count <= 1 }
  }

  /// What bounds the operations by their numbers, from what bounds each. O(operations log operations).
  func merged(heads: WindowEnds, tails: WindowEnds) -> (heads: WindowEnds, tails: WindowEnds) {
    for (range, list) in zip(ranges, members) {
      sort(heads.near, list, into: known.heads.near + range.lowerBound, <)
      sort(heads.far, list, into: known.heads.far + range.lowerBound, <)
      sort(tails.near, list, into: known.tails.near + range.lowerBound, >)
      sort(tails.far, list, into: known.tails.far + range.lowerBound, >)
    }
    return known
  }

  private func sort(
    _ values: UnsafeMutablePointer<Double>, _ list: [Int], into target: UnsafeMutablePointer<Double>,
    _ precedes: (Double, Double) -> Bool
  ) {
    for (place, operation) in list.enumerated() { target[place] = values[operation] }
    var numbered = UnsafeMutableBufferPointer(start: target, count: list.count)
    numbered.sort(by: precedes)
  }

  /// What bounds each operation, from what bounds them by their numbers. O(operations).
  func spread(_ numbered: (heads: WindowEnds, tails: WindowEnds), to heads: WindowEnds, _ tails: WindowEnds) {
    for range in ranges {
      for number in range.dropLast().reversed() {
        lower(numbered.heads.near, number, by: number + 1)
        lower(numbered.heads.far, number, by: number + 1)
      }
      for number in range.dropFirst() {
        lower(numbered.tails.near, number, by: number - 1)
        lower(numbered.tails.far, number, by: number - 1)
      }
    }
    for (operation, place) in places.enumerated() {
      heads.near[operation] = numbered.heads.near[place.lowerBound]
      heads.far[operation] = numbered.heads.far[place.lowerBound]
      tails.near[operation] = numbered.tails.near[place.upperBound]
      tails.far[operation] = numbered.tails.far[place.upperBound]
    }
  }

  private func lower(_ values: UnsafeMutablePointer<Double>, _ number: Int, by other: Int) {
    values[number] = min(values[number], values[other])
  }
}
