extension ProblemRules {
  /// Checks that rules speak of stages, devices and counts that the problem has, and do not contradict each other
  /// outright.
  static func checkSkipReorder(
    _ rules: SkipReorderRules, hosts: [[Device.ID]], deviceCount: Int, microbatchCount: Int
  ) throws(ProblemError) {
    func key(_ name: String) -> ProblemKey { ["skipReorder", .name(name)] }
    let stageCount = hosts.count
    if let head = rules.head {
      guard head.index == stageCount - 1, head.index > 0 else {
        throw ProblemError(key("head"), .headIsNotLast(head.index, last: stageCount - 1))
      }
      for origin in hosts[0] where !hosts[head.index].contains(origin) {
        throw ProblemError(key("head"), .notHosted(stage: head.index, device: origin.index))
      }
    }
    let body = rules.bodyCount(of: stageCount)
    for stage in rules.alwaysVisit where !(0..<body).contains(stage.index) {
      throw ProblemError(key("alwaysVisit"), .unknownStage(stage.index, count: body))
    }
    let kept = Set(rules.alwaysVisit).union([Stage.ID(0)]).count
    guard (kept...body).contains(rules.stagesPerMicrobatch) else {
      throw ProblemError(key("stagesPerMicrobatch"), .countOutOfRange(rules.stagesPerMicrobatch, kept...body))
    }
    for (name, value) in [("maxSwaps", rules.maxSwaps), ("maxSwapDistance", rules.maxSwapDistance)] {
      guard (0...counts.upperBound).contains(value) else {
        throw ProblemError(key(name), .countOutOfRange(value, 0...counts.upperBound))
      }
    }
    if let jump = rules.maxForwardJump, !counts.contains(jump) {
      throw ProblemError(key("maxForwardJump"), .countOutOfRange(jump, counts))
    }
    if case .atMost(let caps) = rules.visitsPerStage {
      try checkCaps(caps, count: body, of: "stage", key: key("visitsPerStage"))
    }
    if let caps = rules.visitsPerDevice {
      try checkCaps(caps, count: deviceCount, of: "device", key: key("visitsPerDevice"))
    }
    if let skips = rules.maxSkips {
      try checkCaps(skips, count: body, of: "stage", key: key("maxSkips"))
      try checkSkips(skips, rules: rules, body: body, microbatchCount: microbatchCount)
    }
    if let sequences = rules.sequences {
      try checkSequences(sequences, rules: rules, stageCount: stageCount)
    }
  }

  private static func checkCaps(
    _ caps: [Int], count: Int, of what: String, key: ProblemKey
  ) throws(ProblemError) {
    guard caps.count == count else {
      throw ProblemError(key, .wrongLength(caps.count, expected: count, of: what))
    }
    for (index, cap) in caps.enumerated() where !(0...visits.upperBound).contains(cap) {
      throw ProblemError(key.appending(.index(index)), .countOutOfRange(cap, 0...visits.upperBound))
    }
  }

  /// Checks that every stage may be visited as often as it must be by those who may not skip it.
  private static func checkSkips(
    _ skips: [Int], rules: SkipReorderRules, body: Int, microbatchCount: Int
  ) throws(ProblemError) {
    let kept = Set(rules.alwaysVisit).union([Stage.ID(0)])
    for stage in 0..<body where !kept.contains(Stage.ID(stage)) {
      let least = max(0, microbatchCount - skips[stage])
      switch rules.visitsPerStage {
      case .any: break
      case .atMost(let caps):
        guard caps[stage] < least else { break }
        throw ProblemError(
          ["skipReorder", "visitsPerStage", .index(stage)],
          .countOutOfRange(caps[stage], least...visits.upperBound))
      case .balanced:
        let skippable = body - kept.count
        let all = microbatchCount * (rules.stagesPerMicrobatch - kept.count)
        let most = (all + skippable - 1) / skippable
        guard most < least else { break }
        throw ProblemError(
          ["skipReorder", "maxSkips", .index(stage)],
          .countOutOfRange(skips[stage], microbatchCount - most...visits.upperBound))
      }
    }
  }

  private static func checkSequences(
    _ sequences: [[Stage.ID]], rules: SkipReorderRules, stageCount: Int
  ) throws(ProblemError) {
    let key: ProblemKey = ["skipReorder", "sequences"]
    guard !sequences.isEmpty else { throw ProblemError(key, .empty("sequence")) }
    for (index, sequence) in sequences.enumerated() {
      if let breach = rules.breach(in: sequence, stageCount: stageCount) {
        throw ProblemError(key.appending(.index(index)), .breach(breach))
      }
    }
  }

  /// Checks that the origins that microbatches name exist.
  static func checkOrigins(
    of microbatches: [Microbatch], deviceCount: Int
  ) throws(ProblemError) {
    for (index, microbatch) in microbatches.enumerated() {
      guard let origin = microbatch.origin, !(0..<deviceCount).contains(origin.index) else { continue }
      throw ProblemError(
        ["microbatches", .index(index), "origin"], .unknownDevice(origin.index, count: deviceCount))
    }
  }
}
