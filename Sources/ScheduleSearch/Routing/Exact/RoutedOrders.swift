import PipelineModel
import Timeline

/// Routes and orders on them, with their makespan.
struct RoutedOrders: Sendable {
  /// The problem with its routes.
  var problem: Problem
  /// The lanes after the first of all microbatches, one microbatch after another.
  var paths: [Int32]
  var orders: Orders
  var value: Double
}

extension PathWindows {
  /// The best orders known of a leaf's routes, as they are: the passes in the order of their earliest starts, or those
  /// of a named family. `nil` where no schedule can take the routes, for want of memory.
  func schedule(fused isFused: Bool) -> RoutedOrders? {
    guard let problem else { return nil }
    let options = SearchOptions(backward: isFused ? .fused : .auto, iterations: 0, threads: 1)
    let found = Search(problem, options: options, starts: [orders], lowerBound: 0).run()
    return RoutedOrders(problem: problem, paths: paths, orders: found.orders, value: found.value)
  }

  private var paths: [Int32] {
    var paths = layout.microbatches.map { _ in [Int32]() }
    for (place, microbatch) in layout.microbatches.enumerated() {
      paths[microbatch] = layout.paths[Int(known.chosen[place])].path
    }
    return paths.flatMap(\.self)
  }

  /// The problem with the chosen routes; `nil` where no schedule can take them, for want of memory.
  private var problem: Problem? {
    let model = layout.table.model
    var routes = model.problem.origins.map { _ in Route(visits: []) }
    for (place, microbatch) in layout.microbatches.enumerated() {
      routes[microbatch] = model.route(of: microbatch, over: layout.paths[Int(known.chosen[place])].path[...])
    }
    return try? model.problem.problem(routes: routes)
  }

  /// The passes of each device in the order of their earliest starts.
  private var orders: Orders {
    let model = layout.table.model
    var starts = [[(time: Double, task: Int, operations: [Operation])]](
      repeating: [], count: model.problem.devices.count)
    for place in 0..<layout.microbatchCount {
      let microbatch = Microbatch.ID(layout.microbatches[place])
      let path = layout.paths[Int(known.chosen[place])]
      let stages =
        [0] + path.path.map { model.lanes[Int($0)].stage }
        + (model.problem.rules.head.map { [$0.index] } ?? [])
      for (index, pass) in path.passes.enumerated() {
        let task = place * layout.tasksPerMicrobatch + index
        let isForward = index < stages.count
        let stage = Stage.ID(stages[isForward ? index : path.passes.count - 1 - index])
        func operation(_ kind: Operation.Kind) -> Operation {
          Operation(kind, stage: stage, microbatch: microbatch)
        }
        // A weight that takes no time is run at once, as a part of the backward pass.
        let isFused = model.isFused || pass.weight == 0
        let kind = isForward ? .forward : model.problem.stages[stage.index].gradient(isFused: isFused)
        starts[pass.device].append((known.earliest[task], task, kind.map { [operation($0)] } ?? []))
        guard pass.weight > 0 else { continue }
        let weight = task + layout.passCount
        starts[pass.device].append((known.earliest[weight], weight, [operation(.backwardWeight)]))
      }
    }
    return Orders(
      starts.map { starts in
        starts.sorted { ($0.time, $0.task) < ($1.time, $1.task) }.flatMap(\.operations)
      })
  }
}
