/// Moves of turns: work that goes sooner or later than the rule of dispatch says. Rules alone never reach the best orders of
/// some routes.
extension RouteMoves {
  /// Lets a microbatch or one of its steps depart from the rule, more or less, or no more.
  mutating func delay(_ random: inout FastRandom) {
    let microbatch = randomMicrobatch(&random)
    let first = microbatch * simulator.stepCount
    let step = first + random.index(below: simulator.stepCount)
    switch random.index(below: 10) {
    case ..<3:
      let change = randomDelay(&random) * (random.next() & 1 == 0 ? 1 : 0.2)
      for step in first..<first + simulator.stepCount { delay(step, to: simulator.delays[step] + change) }
    case ..<6: delay(step, to: simulator.delays[step] + randomDelay(&random))
    case ..<7: for step in first..<first + simulator.stepCount { delay(step, to: 0) }
    default: exchangeTurns(step, random.index(below: model.microbatchCount))
    }
  }

  /// Up to about a step on the cheapest routes, sooner or later, in instants.
  private func randomDelay(_ random: inout FastRandom) -> Double {
    let share = Double(random.index(below: 2_001) - 1_000) / 1_000
    return (priceUnit * share / model.instant).rounded()
  }

  /// Lets a step change its turn with that of another microbatch on the same device, in the same direction.
  private mutating func exchangeTurns(_ step: Int, _ microbatch: Int) {
    let own = simulator.steps[step]
    let others = microbatch * simulator.stepCount..<(microbatch + 1) * simulator.stepCount
    guard
      let other = others.first(where: {
        $0 != step && simulator.steps[$0].device == own.device
          && simulator.steps[$0].isForward == own.isForward
      })
    else { return }
    let difference = turn(of: other) - turn(of: step)
    delay(step, to: simulator.delays[step] + difference)
    delay(other, to: simulator.delays[other] - difference)
  }

  private func turn(of step: Int) -> Double {
    simulator.key(of: step, at: simulator.startTimes[step], plan.rule)
  }
}
