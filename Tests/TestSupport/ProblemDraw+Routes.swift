import PipelineModel

// MARK: Who feeds whom, and along which way

extension ProblemDraw {
  /// What each stage needs; `nil` for the visit before it.
  mutating func inputs(stageCount: Int) -> [[Stage.ID]?] {
    guard features.contains(.inputs) else { return Array(repeating: nil, count: stageCount) }
    if stageCount > 2, count(in: 0...2) == 0 { return towers(stageCount) }
    return (0..<stageCount).map { stage in
      guard stage > 0, count(in: 0...2) > 0 else { return nil }
      let earlier = (0..<stage).map { Stage.ID($0) }.shuffled(using: &random)
      return Array(earlier.prefix(pick([0, 1, 1, 2, 2, 3])))
    }
  }

  /// Two chains that the last stage joins.
  private mutating func towers(_ stageCount: Int) -> [[Stage.ID]?] {
    let second = count(in: 1...stageCount - 2)
    return (0..<stageCount).map { stage in
      switch stage {
      case second: []
      case stageCount - 1: [Stage.ID(second - 1), Stage.ID(stageCount - 2)]
      default: nil
      }
    }
  }

  /// Three routes, of which each sequence takes one; `nil` where all take the only one there is.
  mutating func routes(
    over hosts: [[Device.ID]], inputs: [[Stage.ID]?], sequences: Int, pieces: Int
  ) -> (distinct: [Route], indexes: [Int])? {
    guard features.contains(.routes) || features.contains(.replicas) else { return nil }
    let distinct = (0..<3).map { _ in
      var stages = Array(hosts.indices)
      if features.contains(.routes) {
        stages = Array(stages.shuffled(using: &random).prefix(count(in: 1...hosts.count)))
      }
      return Route(
        visits: inOrder(stages, inputs).map { .init(stage: Stage.ID($0), device: pick(hosts[$0])) })
    }
    let chosen = (0..<sequences).map { _ in count(in: 0...2) }
    return (distinct, (0..<sequences * pieces).map { chosen[$0 / pieces] })
  }

  /// Stages with each behind its inputs, and without those that then have none of the inputs that they name.
  private func inOrder(_ stages: [Int], _ inputs: [[Stage.ID]?]) -> [Int] {
    var (left, route) = (stages, [Int]())
    while let place = left.firstIndex(where: { stage in
      !(inputs[stage] ?? []).contains { left.contains($0.index) }
    }) {
      let stage = left.remove(at: place)
      let named = inputs[stage] ?? []
      if route.isEmpty || named.isEmpty || named.contains(where: { route.contains($0.index) }) {
        route.append(stage)
      }
    }
    return route
  }
}
