/// Which mode each microbatch has on each stage.
public struct ModeChoice: Hashable, Sendable {
  /// The distinct lists of modes, each with one number per stage.
  public private(set) var distinct: [[Int]]
  /// The position of each microbatch's list.
  public private(set) var indexes: [Int32]

  /// The same modes for all microbatches.
  ///
  /// - Parameter modes: one number per stage.
  public init(_ modes: [Int], microbatchCount: Int) {
    distinct = [modes]
    indexes = Array(repeating: 0, count: microbatchCount)
  }

  /// A list of modes for each microbatch, with one number per stage.
  public init(_ lists: [[Int]]) {
    var places: [[Int]: Int32] = [:]
    distinct = []
    indexes = []
    for list in lists {
      let place = places[list] ?? Int32(distinct.count)
      if places.updateValue(place, forKey: list) == nil { distinct.append(list) }
      indexes.append(place)
    }
  }

  /// The mode of a microbatch on a stage. O(1).
  public subscript(stage: Stage.ID, microbatch: Microbatch.ID) -> Int {
    distinct[Int(indexes[microbatch.index])][stage.index]
  }

  /// The modes of a microbatch, one number per stage.
  package func list(of microbatch: Int) -> [Int] { distinct[Int(indexes[microbatch])] }

  /// Whether every stage has one mode for all microbatches.
  public var isPerStage: Bool { distinct.count == 1 }

  /// Adds lists that no microbatch has.
  mutating func add(_ lists: [[Int]]) { distinct += lists }

  /// Whether every microbatch runs on every stage in mode 0.
  public var isPlain: Bool { distinct.allSatisfy { $0.allSatisfy { $0 == 0 } } }

  /// The same choice for another number of microbatches, the lists repeated in turn.
  func resized(to microbatchCount: Int) -> ModeChoice {
    if isPerStage { return ModeChoice(distinct[0], microbatchCount: microbatchCount) }
    return ModeChoice((0..<microbatchCount).map { distinct[Int(indexes[$0 % indexes.count])] })
  }
}

extension ModeChoice {
  /// The same choice with one stage more, before the first, in mode 0.
  var withStageBefore: ModeChoice {
    var longer = self
    longer.distinct = distinct.map { [0] + $0 }
    return longer
  }
}

extension ModeChoice {
  /// The same choice where microbatches run: on a stage that its route leaves out, a microbatch has the mode of the first
  /// that visits it, or mode 0. Two choices that differ only where nothing runs are so one value, as a schedule file
  /// tells the modes of visits alone. O(microbatches x stages); O(routes) where every route visits all stages.
  func onVisits(of routes: [Route], indexes routeIndexes: [Int32]) -> ModeChoice {
    guard let stageCount = distinct.first?.count, !isPlain,
      routes.contains(where: { $0.visits.count < stageCount })
    else { return self }
    let visited = routes.map { Set($0.visits.map(\.stage.index)) }
    let common = (0..<stageCount).map { stage in
      let first = routeIndexes.indices.first { visited[Int(routeIndexes[$0])].contains(stage) }
      return first.map { distinct[Int(indexes[$0])][stage] } ?? 0
    }
    return ModeChoice(
      routeIndexes.indices.map { microbatch in
        (0..<stageCount).map { stage in
          let isVisited = visited[Int(routeIndexes[microbatch])].contains(stage)
          return isVisited ? distinct[Int(indexes[microbatch])][stage] : common[stage]
        }
      })
  }
}

extension ModeChoice {
  /// On every stage the mode that it says, or mode 0; of modes that have to have one name, the first that all stages know.
  static func first(for instance: Instance) -> ModeChoice {
    let named = instance.modesPer == .problem ? instance.modesOfOneName.first : nil
    return ModeChoice(
      named ?? instance.stages.map { $0.mode ?? 0 }, microbatchCount: instance.microbatches.count)
  }

  /// On every stage the mode that holds least during the backward pass, or the one that holds least before it; of modes
  /// that have to have one name, all choices, leanest first.
  static func leanest(for instance: Instance) -> [ModeChoice] {
    if instance.modesPer == .problem { return ofOneName(for: instance) }
    let figures: [(Stage) -> (Double, Double)] = [
      { ($0.activationForB, $0.activationForForward - $0.offload) },
      { ($0.activationForForward - $0.offload, $0.activationForB) },
    ]
    return figures.map { figure in
      let modes = instance.stages.map { stage in
        let held = stage.inAllModes.map(figure)
        return stage.choices.min { held[$0] < held[$1] } ?? 0
      }
      return ModeChoice(modes, microbatchCount: instance.microbatches.count)
    }
  }

  /// For every name that all stages know, its modes: those first that hold least during backward passes.
  private static func ofOneName(for instance: Instance) -> [ModeChoice] {
    let choices = instance.modesOfOneName.map { modes in
      (held: zip(instance.stages, modes).reduce(0) { $0 + $1.0.inMode($1.1).activationForB }, modes: modes)
    }
    return choices.sorted { $0.held < $1.held }
      .map { ModeChoice($0.modes, microbatchCount: instance.microbatches.count) }
  }

  /// The stages as they run in each of the distinct lists.
  func stages(of instance: Instance) -> [[Stage]] {
    if isPlain, instance.stages.allSatisfy(\.modes.isEmpty) {
      return Array(repeating: instance.stages, count: distinct.count)
    }
    return distinct.map { zip(instance.stages, $0).map { $0.inMode($1) } }
  }
}
