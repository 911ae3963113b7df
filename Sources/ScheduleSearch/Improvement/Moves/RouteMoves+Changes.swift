extension RouteMoves {
  /// Changes the plan somewhere at random.
  mutating func propose(_ random: inout FastRandom) {
    if mayDelay, score.excess == 0, score.value.isFinite, random.index(below: 100) < Effort.percentOfDelays {
      return delay(&random)
    }
    switch random.index(below: 100) {
    case ..<25: moveVisit(&random)
    case ..<45: exchangeVisits(&random)
    case ..<60: exchangePaths(&random)
    case ..<70: transpose(&random)
    case ..<72: changeRule(&random)
    default: reroute(count: 1 + random.index(below: 3), &random)
    }
  }

  /// Any microbatch, one time in four the one that ended last.
  func randomMicrobatch(_ random: inout FastRandom) -> Int {
    random.index(below: 4) == 0 ? simulator.lastMicrobatch : random.index(below: model.microbatchCount)
  }

  /// Meets one stage on another of its devices.
  private mutating func moveVisit(_ random: inout FastRandom) {
    let microbatch = randomMicrobatch(&random)
    var path = Array(path(of: microbatch))
    let position = random.index(below: path.count)
    let hosts = model.lanesOfStage[model.lanes[Int(path[position])].stage]
    guard hosts.count > 1 else { return }
    path[position] = hosts[random.index(below: hosts.count)]
    change(microbatch, to: path)
  }

  /// Lets two microbatches that visit a stage on different devices change them.
  private mutating func exchangeVisits(_ random: inout FastRandom) {
    let (first, second) = (randomMicrobatch(&random), randomMicrobatch(&random))
    var (left, right) = (Array(path(of: first)), Array(path(of: second)))
    let position = random.index(below: left.count)
    let stage = model.lanes[Int(left[position])].stage
    guard first != second, let other = right.firstIndex(where: { model.lanes[Int($0)].stage == stage }),
      left[position] != right[other]
    else { return }
    (left[position], right[other]) = (right[other], left[position])
    change(first, to: left)
    change(second, to: right)
  }

  private mutating func exchangePaths(_ random: inout FastRandom) {
    let (first, second) = (randomMicrobatch(&random), randomMicrobatch(&random))
    let (left, right) = (Array(path(of: first)), Array(path(of: second)))
    guard left != right else { return }
    change(first, to: right)
    change(second, to: left)
  }

  /// Swaps two visits in turn, where the rules allow their stages in this order.
  private mutating func transpose(_ random: inout FastRandom) {
    let microbatch = randomMicrobatch(&random)
    var path = Array(path(of: microbatch))
    guard path.count > 1 else { return }
    let position = random.index(below: path.count - 1)
    path.swapAt(position, position + 1)
    let lanes = model.lanes
    guard model.graph.contains(path.lazy.map { Int32(lanes[Int($0)].stage) }) else { return }
    change(microbatch, to: path)
  }

  private mutating func changeRule(_ random: inout FastRandom) {
    change(to: DispatchRule.all[random.index(below: DispatchRule.all.count)])
  }

  /// Takes some microbatches off their paths and gives them the cheapest under limits and random prices.
  private mutating func reroute(count: Int, _ random: inout FastRandom) {
    var chosen: [Int] = []
    for _ in 0..<count {
      let microbatch = randomMicrobatch(&random)
      if !chosen.contains(microbatch) { chosen.append(microbatch) }
    }
    let old = chosen.map { Array(path(of: $0)) }
    for path in old { for lane in path { counts.remove(lane) } }
    let noise = priceUnit * [0, 0.1, 0.3, 1][random.index(below: 4)]
    var found: [[Int32]] = []
    for microbatch in chosen {
      counts.writePrices(to: &prices, penalty: penalty)
      if noise > 0 { for index in prices.indices { prices[index] += noise * random.exponential() } }
      let route = cheapest.route(
        from: Int(model.origins[microbatch]), scale: model.scales[microbatch], prices: prices)
      let path = route?.path ?? old[found.count]
      for lane in path { counts.add(lane) }
      found.append(path)
    }
    for path in found { for lane in path { counts.remove(lane) } }
    for path in old { for lane in path { counts.add(lane) } }
    for (index, microbatch) in chosen.enumerated() where found[index] != old[index] {
      change(microbatch, to: found[index])
    }
  }
}
