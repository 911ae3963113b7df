import PipelineModel

/// The passes of one microbatch that wait for each other beyond its route, as the phases of one pass do, and tasks that are run
/// for it: `F`, what sends the gradient, and `W` of each visit.
struct OwnPasses {
  /// From the start of one pass until another may start.
  private struct Arc {
    var target: Int
    var time: Double
  }

  /// The passes of a visit.
  enum Part: Int { case forward, gradient, weight }

  private let passes: [PassTimes.Passes]
  private var arcs: [[Arc]]
  /// All passes, each behind all that it waits for.
  private var order: [Int] = []

  /// `nil` where passes wait for nothing beyond their route.
  init?(
    _ problem: Problem, along visits: [Route.Visit], _ links: RouteLinks, _ passes: [PassTimes.Passes]
  ) {
    let precedences = problem.precedences.filter(\.isWithinMicrobatch)
    guard !precedences.isEmpty else { return nil }
    self.passes = passes
    arcs = Array(repeating: [], count: 3 * passes.count)
    var positions: [Stage.ID: Int] = [:]
    for (position, visit) in visits.enumerated() { positions[visit.stage] = position }
    for (position, inputs) in links.inputs.enumerated() {
      join((position, .forward), (position, .gradient), passes[position].preparation)
      join((position, .gradient), (position, .weight), 0)
      for input in inputs {
        let latency = { problem.latency(along: visits, from: $0, to: $1) }
        join((input, .forward), (position, .forward), latency(input, position))
        join((position, .gradient), (input, .gradient), latency(position, input))
      }
    }
    for precedence in precedences {
      guard let source = positions[precedence.producer.stage],
        let target = positions[precedence.consumer.stage]
      else { continue }
      let latency = problem.communication.latency(from: visits[source].device, to: visits[target].device)
      // Where there is no `W` of any length it ends with the gradient's pass, but may start behind it.
      let hasNone = precedence.consumer.kind == .backwardWeight && passes[target].rest == 0
      guard !hasNone else { continue }
      let isWeight = precedence.producer.kind == .backwardWeight && passes[source].rest > 0
      let producer: Part =
        precedence.producer.kind == .forward ? .forward : isWeight ? .weight : .gradient
      let consumer: Part =
        precedence.consumer.kind == .forward
        ? .forward : precedence.consumer.kind == .backwardWeight ? .weight : .gradient
      join((source, producer), (target, consumer), latency)
    }
    guard sort() else { return nil }
  }

  private func duration(_ pass: Int) -> Double? {
    let own = passes[pass / 3]
    return switch Part(rawValue: pass % 3) {
    case .forward: own.forward
    case .gradient: own.gradient
    default: own.rest
    }
  }

  /// Lets one pass wait for another, where there are both.
  private mutating func join(_ source: (Int, Part), _ target: (Int, Part), _ latency: Double) {
    let (from, to) = (number(source.0, source.1), number(target.0, target.1))
    guard let time = duration(from), duration(to) != nil else { return }
    arcs[from].append(Arc(target: to, time: time + latency))
  }

  /// Puts all passes in order; `false` where some wait for each other.
  private mutating func sort() -> Bool {
    var waiting = [Int](repeating: 0, count: arcs.count)
    for arc in arcs.joined() { waiting[arc.target] += 1 }
    order = arcs.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < order.count {
      for arc in arcs[order[next]] {
        waiting[arc.target] -= 1
        if waiting[arc.target] == 0 { order.append(arc.target) }
      }
      next += 1
    }
    return order.count == arcs.count
  }

  /// From the end of a visit's `F` until its gradient's pass may start, at least. O(arcs).
  func wait(forGradientOf position: Int) -> Double {
    let source = number(position, .forward)
    var starts = [Double](repeating: -.infinity, count: arcs.count)
    starts[source] = -passes[position].forward
    advance(&starts)
    return starts[number(position, .gradient)]
  }

  /// The earliest start of every pass, by its number. O(arcs).
  var earliestStarts: [Double] {
    var starts = [Double](repeating: 0, count: arcs.count)
    advance(&starts)
    return starts
  }

  /// What follows the end of every pass at least, by its number: others, and what follows the last operation of a device.
  /// O(arcs).
  var rests: [Double] {
    var rests = arcs.indices.map { passes[$0 / 3].step }
    for pass in order.reversed() {
      let own = duration(pass) ?? 0
      for arc in arcs[pass] {
        rests[pass] = max(rests[pass], arc.time - own + (duration(arc.target) ?? 0) + rests[arc.target])
      }
    }
    return rests
  }

  /// The number of a pass.
  func number(_ position: Int, _ part: Part) -> Int { 3 * position + part.rawValue }

  private func advance(_ starts: inout [Double]) {
    for pass in order where starts[pass] > -.infinity {
      for arc in arcs[pass] { starts[arc.target] = max(starts[arc.target], starts[pass] + arc.time) }
    }
  }
}
