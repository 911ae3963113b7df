import PipelineModel

extension Problem {
  /// Random words that can run: operations are drawn from those whose inputs are done, until none is left.
  public func randomWords(using random: inout SeededGenerator) -> Words {
    var words = [[Operation]](repeating: [], count: deviceCount)
    var ready: [(Operation, Device.ID)] = []
    var fused: [Bool] = []
    for index in microbatches.indices {
      fused.append(Bool.random(using: &random))
      let visit = route(of: Microbatch.ID(index)).visits[0]
      ready.append((Operation(.forward, stage: visit.stage, microbatch: Microbatch.ID(index)), visit.device))
    }
    while !ready.isEmpty {
      let (operation, device) = ready.swapAt(
        ready.count - 1, with: Int.random(in: 0..<ready.count, using: &random))
      words[device.index].append(operation)
      ready += successors(of: operation, fused: fused[operation.microbatch.index])
    }
    return Words(words)
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
