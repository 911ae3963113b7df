extension Instance {
  /// The modes of all stages by each name that all stages with a choice know, in the order of the first of these.
  /// O(stages x modes).
  var modesOfOneName: [[Int]] {
    guard let first = stages.first(where: { $0.choices.count > 1 }) else { return [] }
    return first.modeNames.compactMap { name in
      var modes: [Int] = []
      for stage in stages {
        let only = stage.choices.count == 1 ? stage.choices.first : nil
        guard let number = only ?? stage.modeNames.firstIndex(of: name) else { return nil }
        modes.append(number)
      }
      return modes
    }
  }
}

extension Problem {
  /// The same problem with every stage in its chosen mode and no other; `nil` where microbatches differ in theirs.
  ///
  /// The orders of the one are orders of the other, and take as long.
  public var inChosenModes: Problem? {
    guard modes.isPerStage else { return nil }
    guard listsModes else { return self }
    var parts = ProblemParts(of: self)
    parts.stages = zip(stages, modes.distinct[0]).map { $0.inMode($1) }
    parts.modes = nil
    return try? parts.problem()
  }

  /// The same problem with the mode of a name as the only one of every stage that has modes to choose from.
  ///
  /// - Throws: `ProblemError` where a stage with modes has none of that name, and where a device does not hold one
  ///   microbatch in it.
  public func inMode(named name: String) throws(ProblemError) -> Problem {
    var parts = ProblemParts(of: self)
    for (index, stage) in stages.enumerated() where stage.choices.count > 1 {
      guard let number = stage.modeNames.firstIndex(of: name) else {
        throw ProblemError(["stages", .index(index)], .unknownMode(name, known: stage.modeNames))
      }
      parts.stages[index].mode = number
    }
    parts.modes = nil
    return try parts.problem()
  }

  /// The same problem without limits and with every stage in mode 0 alone; `nil` where stages have no others.
  package var inPlainMode: Problem? {
    guard listsModes else { return nil }
    var parts = ProblemParts(of: self)
    parts.stages = stages.map { $0.inMode(0) }
    parts.modes = nil
    for index in parts.devices.indices { parts.devices[index].memoryLimit = nil }
    return try? parts.problem()
  }

  /// The same problem with its modes chosen among others.
  public func with(modesPer extent: Mode.Extent) throws(ProblemError) -> Problem {
    var parts = ProblemParts(of: self)
    parts.modesPer = extent
    // Those that were chosen among others need not be one name.
    if hasModes { parts.modes = nil }
    return try parts.problem()
  }

  /// The choices of one name for all stages that have modes to choose from. O(stages x modes).
  package var choicesOfOneName: [ModeChoice] {
    instance.modesOfOneName.map { ModeChoice($0, microbatchCount: microbatchCount) }
  }

  /// Whether a choice is one of those that the problem allows.
  package func allows(_ choice: ModeChoice) -> Bool {
    switch instance.modesPer {
    case .microbatch: true
    case .stage: choice.isPerStage
    case .problem: choice.isPerStage && choicesOfOneName.contains(choice)
    }
  }

  /// The same problem with a list for every mode known besides those that are chosen: list number `first + k` has mode k
  /// of every stage, or its last.
  package var withEveryModeListed: (problem: Problem, first: Int32) {
    var copy = self
    let first = Int32(modes.distinct.count)
    copy.listModes(
      (0..<(stages.map(\.modeCount).max() ?? 1)).map { mode in stages.map { min(mode, $0.modeCount - 1) } })
    return (copy, first)
  }
}
