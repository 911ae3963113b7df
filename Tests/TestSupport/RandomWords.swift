import PipelineModel

extension Problem {
  /// Random words that can run: operations are drawn from those whose inputs are done, until none is left. Where
  /// pairs gain, an `F` is often drawn with a `BW` that could run as well.
  public func randomWords(using random: inout SeededGenerator) -> Words {
    var words = [[Operation]](repeating: [], count: deviceCount)
    var ready: [(Operation, Device.ID)] = []
    var fused: [Bool] = []
    for index in microbatches.indices {
      fused.append(Bool.random(using: &random))
      let visit = route(of: Microbatch.ID(index)).visits[0]
      ready.append((Operation(.forward, stage: visit.stage, microbatch: Microbatch.ID(index)), visit.device))
    }
    var done = Set<Operation>()
    var pairs: [[Int]] = words.map { _ in [] }
    func take(_ index: Int) -> (operation: Operation, device: Device.ID) {
      let (operation, device) = ready.swapAt(ready.count - 1, with: index)
      words[device.index].append(operation)
      return (operation, device)
    }
    func finish(_ operation: Operation) {
      done.insert(operation)
      ready += successors(of: operation, fused: fused[operation.microbatch.index])
    }
    while !ready.isEmpty {
      let allowed = ready.indices.filter { hasPieces(before: ready[$0].0, done) }
      let (operation, device) = take(allowed[Int.random(in: 0..<allowed.count, using: &random)])
      if overlap != nil, operation.kind == .forward, Int.random(in: 0..<4, using: &random) > 0,
        let partner = ready.indices.first(where: {
          ready[$0].1 == device && ready[$0].0.kind == .backward
            && ready[$0].0.microbatch != operation.microbatch && hasPieces(before: ready[$0].0, done)
        })
      {
        pairs[device.index].append(words[device.index].count - 1)
        finish(take(partner).operation)
      }
      finish(operation)
    }
    let bounds = words.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    return Words(
      operations: Array(words.joined()), bounds: bounds,
      pairs: zip(bounds, pairs).flatMap { first, pairs in pairs.map { first + $0 } })
  }

  /// Whether the neighbouring piece of the sequence that an operation needs has run on its stage.
  private func hasPieces(before operation: Operation, _ done: Set<Operation>) -> Bool {
    let piece = operation.microbatch.index % pieces
    func has(_ kinds: [Operation.Kind], _ step: Int) -> Bool {
      kinds.contains {
        done.contains(
          Operation(
            $0, stage: operation.stage, microbatch: Microbatch.ID(operation.microbatch.index + step)))
      }
    }
    switch operation.kind {
    case .forward: return piece == 0 || has([.forward], -1)
    case .backwardInput, .backward: return piece == pieces - 1 || has([.backwardInput, .backward], 1)
    case .backwardWeight: return true
    }
  }

  private func successors(of operation: Operation, fused: Bool) -> [(Operation, Device.ID)] {
    let visits = route(of: operation.microbatch).visits
    guard let position = visits.firstIndex(where: { $0.stage == operation.stage }) else { return [] }
    func next(_ kind: Operation.Kind, at position: Int) -> (Operation, Device.ID) {
      (
        Operation(kind, stage: visits[position].stage, microbatch: operation.microbatch),
        visits[position].device
      )
    }
    let backward: Operation.Kind = fused ? .backward : .backwardInput
    switch operation.kind {
    case .forward:
      return [position + 1 < visits.count ? next(.forward, at: position + 1) : next(backward, at: position)]
    case .backwardInput, .backward:
      let before = position > 0 ? [next(backward, at: position - 1)] : []
      return fused ? before : before + [next(.backwardWeight, at: position)]
    case .backwardWeight: return []
    }
  }
}

extension Array {
  /// Removes and returns the element at `index`, moving the last one into its place.
  fileprivate mutating func swapAt(_ last: Int, with index: Int) -> Element {
    swapAt(last, index)
    return removeLast()
  }
}
