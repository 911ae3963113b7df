extension Orders {
  /// The same orders with the `R` and `L` that the problem's modes demand, and no others.
  ///
  /// `R` stands right before its backward pass, or before the pair that this is part of. `L` stands so far before what
  /// waits for it that the work in between lasts as long as its transfer, where its `F` lets it: what families write
  /// and searches begin with.
  ///
  /// - Complexity: O(operations), and for each `L` the operations that its transfer lasts.
  public func prepared(for problem: Problem) -> Orders {
    guard problem.hasPreparations || operations.contains(where: \.kind.isPreparation) else { return self }
    var joined = JoinedBlocks()
    for device in (0..<deviceCount).lazy.map({ Device.ID($0) }) {
      joined.append(PreparedBlocks(blocks(of: device), on: device, problem).blocks)
    }
    return Orders(operations: joined.operations, bounds: joined.bounds, pairs: joined.pairs)
  }

  /// The operations of one device but for `R` and `L`, the parts of a pair together.
  private func blocks(of device: Device.ID) -> [ArraySlice<Operation>] {
    let firsts = Set(pairs)
    var blocks: [ArraySlice<Operation>] = []
    var position = range(of: device).lowerBound
    while position < range(of: device).upperBound {
      let end = position + (firsts.contains(position) ? 2 : 1)
      if !operations[position].kind.isPreparation { blocks.append(operations[position..<end]) }
      position = end
    }
    return blocks
  }
}

extension Problem {
  /// Whether any microbatch has an `R` or `L`. O(stages x distinct lists of modes).
  public var hasPreparations: Bool {
    modes.distinct.indices.contains { list in
      stages(inModes: Int32(list)).contains { !$0.preparations.isEmpty }
    }
  }
}

extension Operation.Kind {
  /// Whether it only makes a backward pass ready.
  package var isPreparation: Bool { self == .recompute || self == .reload }
}

/// One device's blocks with what makes their backward passes ready.
private struct PreparedBlocks {
  private(set) var blocks: [ArraySlice<Operation>] = []
  private let problem: Problem
  private let device: Device.ID

  init(_ plain: [ArraySlice<Operation>], on device: Device.ID, _ problem: Problem) {
    self.problem = problem
    self.device = device
    var launches = [[Operation]](repeating: [], count: plain.count)
    var recomputes = launches
    for (place, block) in plain.enumerated() {
      for backward in block where backward.kind.traits.payload == .gradient {
        for kind in preparations(of: backward) {
          let operation = Operation(kind, stage: backward.stage, microbatch: backward.microbatch)
          if kind == .recompute {
            recomputes[place].append(operation)
          } else {
            launches[launchPlace(before: place, of: backward, in: plain)].append(operation)
          }
        }
      }
    }
    for (place, block) in plain.enumerated() {
      for operation in launches[place] + recomputes[place] { blocks.append([operation]) }
      blocks.append(block)
    }
  }

  private func preparations(of operation: Operation) -> [Operation.Kind] {
    guard problem.stages.indices.contains(operation.stage.index),
      problem.microbatches.indices.contains(operation.microbatch.index)
    else { return [] }
    return problem.stage(operation.stage, of: operation.microbatch).preparations
  }

  /// The block before which a launch stands, for the transfer to be over in time.
  private func launchPlace(
    before place: Int, of backward: Operation, in blocks: [ArraySlice<Operation>]
  ) -> Int {
    guard let host = problem.devices[device.index].host else { return place }
    let factor = problem.microbatches[backward.microbatch.index].memory[backward.stage]
    let stage = problem.stage(backward.stage, of: backward.microbatch)
    let forward = Operation(.forward, stage: backward.stage, microbatch: backward.microbatch)
    var missing = host.transfer(of: stage.offload * factor)
    var place = place
    while place > 0, missing > 0, !blocks[place - 1].contains(forward) {
      place -= 1
      for operation in blocks[place] { missing -= problem.duration(of: operation, on: device) ?? 0 }
    }
    return place
  }
}

/// Blocks joined to orders.
private struct JoinedBlocks {
  private(set) var operations: [Operation] = []
  private(set) var bounds = [0]
  private(set) var pairs: [Int] = []

  mutating func append(_ blocks: [ArraySlice<Operation>]) {
    for block in blocks {
      if block.count > 1 { pairs.append(operations.count) }
      operations += block
    }
    bounds.append(operations.count)
  }
}
