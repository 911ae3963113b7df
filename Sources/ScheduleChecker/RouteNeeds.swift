import PipelineModel

/// Which visits of the distinct routes need which: by entry, all routes one after the other, as offsets along
/// the route.
struct RouteNeeds {
  /// The visits whose output an `F` needs.
  private(set) var inputs = FlatLists()
  /// The visits whose `F` needs the output of an `F`, ascending.
  private(set) var outputs: FlatLists
  /// Of those, the ones that send a gradient back: the visits that a `B` or `BW` needs.
  private(set) var gradients = FlatLists()

  /// Reads the needs off the stages. O(visits and inputs of the routes).
  init(of routes: [Route], stages: [Stage]) {
    for route in routes {
      var offsets: [Stage.ID: Int] = [:]
      for (offset, visit) in route.visits.enumerated() { offsets[visit.stage] = offset }
      for (offset, visit) in route.visits.enumerated() {
        if let named = stages[visit.stage.index].inputs {
          for stage in named { if let input = offsets[stage] { inputs.append(Int32(input)) } }
        } else if offset > 0 {
          inputs.append(Int32(offset - 1))
        }
        inputs.endList()
      }
    }
    outputs = Self.reversed(inputs, routes)
    var entry = 0
    for route in routes {
      for _ in route.visits {
        for output in outputs[entry] where stages[route.visits[Int(output)].stage.index].hasBackward {
          gradients.append(output)
        }
        gradients.endList()
        entry += 1
      }
    }
  }

  /// What each visit is an input of, given the inputs of each.
  private static func reversed(_ inputs: FlatLists, _ routes: [Route]) -> FlatLists {
    var sizes = [Int](repeating: 0, count: routes.reduce(0) { $0 + $1.visits.count })
    forEachLink(inputs, routes) { first, input, _ in sizes[first + input] += 1 }
    var outputs = FlatLists(sizes: sizes)
    var next = sizes.indices.map { outputs.range(of: $0).lowerBound }
    forEachLink(inputs, routes) { first, input, offset in
      outputs[value: next[first + input]] = Int32(offset)
      next[first + input] += 1
    }
    return outputs
  }

  /// Calls `body` with the entry at which a route begins, and the offsets of an input and of the visit that
  /// needs it.
  private static func forEachLink(_ inputs: FlatLists, _ routes: [Route], body: (Int, Int, Int) -> Void) {
    var first = 0
    for route in routes {
      for offset in route.visits.indices {
        for input in inputs[first + offset] { body(first, Int(input), offset) }
      }
      first += route.visits.count
    }
  }
}
