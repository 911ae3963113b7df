extension Orders {
  /// The same orders with the `R` and `L` that the problem's modes demand, and no others.
  ///
  /// What is there stays where it is. What is missing is put in: an `R` right before its backward pass, or before the
  /// pair that this is part of; an `L` so far before what waits for it that the work in between lasts as long as its
  /// transfer, where its `F` lets it. So families write orders and searches begin.
  ///
  /// - Complexity: O(operations), and for each `L` the operations that its transfer lasts.
  ///
  /// - Parameter launchesEarly: whether launches come before what waits for them by more than nothing.
  public func prepared(for problem: Problem, launchesEarly: Bool = true) -> Orders {
    guard problem.hasPreparations || operations.contains(where: \.kind.isPreparation) else { return self }
    let present = Set(operations.lazy.filter(\.kind.isPreparation))
    var joined = JoinedBlocks()
    for device in (0..<deviceCount).lazy.map({ Device.ID($0) }) {
      var blocks = PreparedBlocks(demanded(of: device, by: problem), on: device, problem, present: present)
      blocks.launchesEarly = launchesEarly
      joined.append(blocks.complete())
    }
    return Orders(operations: joined.operations, bounds: joined.bounds, pairs: joined.pairs)
  }

  /// The operations of one device but for `R` and `L` that no mode demands, the parts of a pair together.
  private func demanded(of device: Device.ID, by problem: Problem) -> [ArraySlice<Operation>] {
    let firsts = Set(pairs)
    var blocks: [ArraySlice<Operation>] = []
    var position = range(of: device).lowerBound
    while position < range(of: device).upperBound {
      let end = position + (firsts.contains(position) ? 2 : 1)
      let operation = operations[position]
      if !operation.kind.isPreparation || problem.preparations(of: operation).contains(operation.kind) {
        blocks.append(operations[position..<end])
      }
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

  /// Whether any microbatch has an `L`. O(stages x distinct lists of modes).
  package var hasReloads: Bool {
    modes.distinct.indices.contains { list in stages(inModes: Int32(list)).contains { $0.offload > 0 } }
  }

  /// What makes the backward pass of an operation's visit ready; nothing for one that the problem does not have.
  fileprivate func preparations(of operation: Operation) -> [Operation.Kind] {
    guard stages.indices.contains(operation.stage.index),
      microbatches.indices.contains(operation.microbatch.index)
    else { return [] }
    return stage(operation.stage, of: operation.microbatch).preparations
  }
}

extension Operation.Kind {
  /// Whether it only makes a backward pass ready.
  package var isPreparation: Bool { self == .recompute || self == .reload }
}

/// One device's blocks, to which what makes their backward passes ready is added.
private struct PreparedBlocks {
  private let blocks: [ArraySlice<Operation>]
  private let problem: Problem
  private let device: Device.ID
  private let present: Set<Operation>
  var launchesEarly = true
  /// What comes right before each block.
  private var launches: [[Operation]]
  private var recomputes: [[Operation]]

  init(
    _ blocks: [ArraySlice<Operation>], on device: Device.ID, _ problem: Problem, present: Set<Operation>
  ) {
    self.blocks = blocks
    self.device = device
    self.problem = problem
    self.present = present
    launches = Array(repeating: [], count: blocks.count)
    recomputes = launches
  }

  mutating func complete() -> [ArraySlice<Operation>] {
    for (place, block) in blocks.enumerated() {
      for operation in block { prepare(operation, at: place) }
    }
    return blocks.indices.flatMap { place in
      (launches[place] + recomputes[place]).map { [$0] } + [blocks[place]]
    }
  }

  private mutating func prepare(_ operation: Operation, at place: Int) {
    let needed = problem.preparations(of: operation)
    func preparation(_ kind: Operation.Kind) -> Operation {
      Operation(kind, stage: operation.stage, microbatch: operation.microbatch)
    }
    let isBackward = operation.kind.traits.payload == .gradient
    if isBackward, needed.contains(.recompute), !present.contains(preparation(.recompute)) {
      recomputes[place].append(preparation(.recompute))
    }
    // A launch comes before the `R` where there is one.
    let waits = present.contains(preparation(.recompute)) ? operation.kind == .recompute : isBackward
    if waits, needed.contains(.reload), !present.contains(preparation(.reload)) {
      launches[launchPlace(before: place, of: operation)].append(preparation(.reload))
    }
  }

  /// The block before which a launch stands, for the transfer to be over in time.
  private func launchPlace(before place: Int, of waiting: Operation) -> Int {
    guard launchesEarly else { return place }
    let forward = Operation(.forward, stage: waiting.stage, microbatch: waiting.microbatch)
    var missing = problem.stage(waiting.stage, of: waiting.microbatch).transferTime(
      over: problem.devices[device.index].host,
      memory: problem.microbatches[waiting.microbatch.index].memory[waiting.stage])
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
