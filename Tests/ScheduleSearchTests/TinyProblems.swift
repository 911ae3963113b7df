import PipelineModel
import TestSupport

/// Random problems small enough to be solved by trying all words.
enum TinyProblems {
  /// A problem of up to three devices, four stages and three microbatches: whole and zero durations, latency
  /// matrices, optimizer steps and tight limits; `mixed` adds scales and routes that differ.
  static func random(mixed: Bool, using random: inout SeededGenerator) throws -> Problem {
    let deviceCount = Int.random(in: 1...3, using: &random)
    let stageCount = Int.random(in: deviceCount...4, using: &random)
    let microbatchCount = Int.random(in: 1...3, using: &random)
    func number(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &random)) }
    let isAlike = Bool.random(using: &random)
    let first = (number(0...5), number(0...5), number(0...5), number(1...3))
    let stages = (0..<stageCount).map { _ in
      let held = isAlike ? first.3 : number(1...3)
      return Stage(
        forward: isAlike ? first.0 : number(0...5), backwardInput: isAlike ? first.1 : number(0...5),
        backwardWeight: isAlike ? first.2 : number(0...5), activationForB: held,
        activationForW: isAlike ? 1 : Double(Int.random(in: 0...Int(held), using: &random)),
        staticMemory: number(0...2))
    }
    let placement: Placement =
      switch Int.random(in: 0...3, using: &random) {
      case 0: stageCount == deviceCount ? .sequential : .v
      case 1: .v
      case 2: .loop
      default:
        .explicit((0..<stageCount).map { _ in [Device.ID(Int.random(in: 0..<deviceCount, using: &random))] })
      }
    let hosts = placement.hosts(stageCount: stageCount, deviceCount: deviceCount)
    let scales = [0.5, 1, 1, 2]
    let microbatches = (0..<microbatchCount).map { _ in
      Microbatch(scale: mixed ? scales[Int.random(in: 0..<4, using: &random)] : 1)
    }
    let latencies = (0..<deviceCount).map { _ in (0..<deviceCount).map { _ in number(0...3) } }
    let routes = (0..<2).map { _ in
      let length = mixed ? Int.random(in: 1...stageCount, using: &random) : stageCount
      let order = mixed ? (0..<stageCount).shuffled(using: &random) : Array(0..<stageCount)
      return Route(
        visits: order.prefix(length).map { Route.Visit(stage: Stage.ID($0), device: hosts[$0][0]) })
    }
    let indexes = (0..<microbatchCount).map { _ in mixed ? Int.random(in: 0...1, using: &random) : 0 }
    let steps = (0..<deviceCount).map { _ in Bool.random(using: &random) ? 0 : number(0...4) }
    func problem(limits: [Double?]) throws -> Problem {
      try Problem(
        devices: zip(limits, steps).map { Device(memoryLimit: $0, optimizerStep: $1) }, stages: stages,
        microbatches: microbatches, placement: placement, communication: .matrix(latencies),
        routes: (mixed ? routes : [routes[0]], indexes))
    }
    let unlimited = try problem(limits: Array(repeating: nil, count: deviceCount))
    let needed = zip(unlimited.staticMemory, unlimited.activationsOfOneMicrobatch).map { $0 + $1 }
    return try problem(
      limits: needed.map { Int.random(in: 0...4, using: &random) == 0 ? nil : $0 + number(0...4) })
  }
}
