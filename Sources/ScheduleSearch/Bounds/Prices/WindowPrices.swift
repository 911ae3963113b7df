/// What a device's time and memory cost moment by moment, and what the passes of a microbatch cost at some times.
struct WindowPrices {
  let length: Double
  let time: PriceCurve
  /// Per unit of memory; `nil` where it has no limit.
  let memory: PriceCurve?

  /// The least cost of a microbatch, and by how much each pass is delayed there.
  struct Cheapest {
    var cost: Double
    var delays: [Delays]
  }

  /// The delays of one link's passes.
  struct Delays {
    var pass: Double
    var recompute = 0.0
    var weight = 0.0
  }

  /// The cheapest delays among some; the cost is infinite where they leave no room. O(passes x (delays + cells)).
  ///
  /// - Parameter delays: ascending, from 0.
  func cheapest(_ passes: WindowPasses, among delays: [Double]) -> Cheapest {
    var rest = [Double](repeating: 0, count: delays.count)
    var early: [(cost: Double, delay: Double)] = []
    var choices: [(pass: [Int32], recompute: [Int32]?, weight: [Int32]?)] = []
    for link in passes.chain.reversed() {
      var costs = costs(of: link.pass, at: delays)
      for index in delays.indices { costs[index] += rest[index] }
      var (recompute, weight): ([Int32]?, [Int32]?)
      if let pass = link.weight {
        let (least, places) = Self.leastFrom(self.costs(of: pass, at: delays))
        for index in delays.indices { costs[index] += least[index] }
        weight = places
      }
      if let pass = link.recompute {
        early.append(earliest(pass, lead: link.lead))
        let (least, places) = Self.leastUntil(
          self.costs(of: pass, at: delays), before: early[early.count - 1].cost)
        for index in delays.indices { costs[index] += least[index] }
        recompute = places
      }
      let (least, places) = Self.leastFrom(costs)
      rest = least
      choices.append((places, recompute, weight))
    }
    var place = 0
    let chosen = choices.reversed().map { choice in
      place = Int(choice.pass[place])
      var own = Delays(pass: delays[place], weight: choice.weight.map { delays[Int($0[place])] } ?? 0)
      if let recompute = choice.recompute, let early = early.popLast() {
        own.recompute = recompute[place] < 0 ? early.delay : delays[Int(recompute[place])]
      }
      return own
    }
    return Cheapest(cost: rest[0], delays: chosen)
  }

  /// All delays at which the least cost can be: costs change linearly between them, pass by pass. Ascending.
  func breakpoints(of passes: WindowPasses) -> [Double] { breakpoints(of: passes.passes, until: .infinity) }

  private func breakpoints(of passes: [WindowPasses.Pass], until latest: Double) -> [Double] {
    var delays = [0.0]
    let bounds = time.bounds + (memory?.bounds ?? [])
    for pass in passes {
      let slack = min(pass.slack(in: length), latest)
      guard slack > 0 else { continue }
      delays.append(slack)
      for bound in bounds {
        for offset in [0, pass.duration, pass.occupied] {
          let delay = bound - pass.earliest - offset
          if delay > 0, delay < slack { delays.append(delay) }
        }
      }
    }
    delays.sort()
    var last = -1.0
    return delays.filter { delay in
      defer { last = delay }
      return delay > last
    }
  }

  /// The least cost of an `R` that starts before a backward pass without delay needs it, and by how much it is delayed.
  private func earliest(_ pass: WindowPasses.Pass, lead: Double) -> (cost: Double, delay: Double) {
    var first = pass
    first.earliest -= lead
    let delays = breakpoints(of: [first], until: lead)
    let costs = costs(of: first, at: delays)
    let place = costs.indices.min { costs[$0] < costs[$1] } ?? 0
    return (costs[place], delays[place] - lead)
  }

  /// What a pass costs by its delay: the device's time, and its memory from when it takes some, or until it gives some
  /// back, to the end. Infinite where it would end too late.
  private func costs(of pass: WindowPasses.Pass, at delays: [Double]) -> [Double] {
    var costs = [Double](repeating: .infinity, count: delays.count)
    let slack = pass.slack(in: length)
    var cells = (start: 0, end: 0, taken: 0, given: 0)
    for (index, delay) in delays.enumerated() {
      guard delay <= slack else { break }
      let start = pass.earliest + delay
      var cost =
        time.before(start + pass.occupied, from: &cells.end) - time.before(start, from: &cells.start)
      if let memory {
        if pass.growth != 0 {
          cost += pass.growth * (memory.total - memory.before(start, from: &cells.taken))
        }
        if pass.release != 0 {
          cost -= pass.release * (memory.total - memory.before(start + pass.duration, from: &cells.given))
        }
      }
      costs[index] = cost
    }
    return costs
  }

  /// The least cost from each place on, and where it is.
  private static func leastFrom(_ costs: [Double]) -> (costs: [Double], places: [Int32]) {
    var least = costs
    var places = costs.indices.map { Int32($0) }
    for index in costs.indices.dropLast().reversed() where least[index + 1] <= least[index] {
      least[index] = least[index + 1]
      places[index] = places[index + 1]
    }
    return (least, places)
  }

  /// The least cost up to each place, and where it is: -1 before the first place.
  private static func leastUntil(_ costs: [Double], before: Double) -> (costs: [Double], places: [Int32]) {
    var least = costs
    var places = costs.indices.map { Int32($0) }
    var (known, place) = (before, Int32(-1))
    for index in costs.indices {
      if known <= least[index] { (least[index], places[index]) = (known, place) }
      (known, place) = (least[index], places[index])
    }
    return (least, places)
  }
}
