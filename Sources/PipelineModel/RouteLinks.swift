/// Which visits of a route feed which: along a chain each feeds the next, elsewhere as stages name their inputs.
public struct RouteLinks: Hashable, Sendable {
  /// Per visit, the positions of the visits whose output its `F` needs, ascending; none where a microbatch enters.
  public let inputs: [[Int]]
  /// Per visit, the positions of the visits whose `F` needs its output, ascending.
  public let outputs: [[Int]]

  /// Reads the links of a route off its stages. O(visits + inputs).
  public init(of visits: [Route.Visit], stages: [Stage]) {
    var position: [Stage.ID: Int] = [:]
    for (index, visit) in visits.enumerated() { position[visit.stage] = index }
    var outputs = [[Int]](repeating: [], count: visits.count)
    let inputs = visits.indices.map { index -> [Int] in
      guard let named = stages[visits[index].stage.index].inputs else { return index == 0 ? [] : [index - 1] }
      return named.compactMap { position[$0] }.sorted()
    }
    for (index, feeding) in inputs.enumerated() { for input in feeding { outputs[input].append(index) } }
    self.inputs = inputs
    self.outputs = outputs
  }

  /// The visits of stages without a backward pass whose output is no longer held once the `F` at a position, on the
  /// same device, has ended, if the visits of that device run in the order of the route.
  func releases(after position: Int, on visits: [Route.Visit], stages: [Stage]) -> [Int] {
    let device = visits[position].device
    func isHeldFor(_ other: Int) -> Bool { visits[other].device == device }
    func hasNoBackward(_ other: Int) -> Bool { !stages[visits[other].stage.index].hasBackward }
    let ended = inputs[position].filter { input in
      isHeldFor(input) && hasNoBackward(input) && outputs[input].last(where: isHeldFor) == position
    }
    return hasNoBackward(position) && !outputs[position].contains(where: isHeldFor)
      ? ended + [position] : ended
  }
}
