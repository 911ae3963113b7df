import PipelineModel

/// What recordings have to keep to before anything is measured.
struct RunRules {
  /// The iterations of each recording, as many for each.
  let steps: [[RankStep]]
  let recordings: [RankRecording]

  /// Checks that devices ran one operation at a time, that clocks did not run backwards, and that nothing is missing.
  func check() throws(MeasurementError) {
    for (steps, recording) in zip(steps, recordings) {
      for step in steps {
        try checkOneAtATime(step, in: recording.name)
      }
    }
    let operations = steps.joined().flatMap { $0.operations.map(\.operation) }
    let stages = Set(operations.map(\.stage.index))
    try checkComplete(stages, .stage)
    try checkPasses(operations)
    let microbatches = Set(operations.map(\.microbatch.index))
    try checkComplete(microbatches, .microbatch)
    for (steps, recording) in zip(steps, recordings) {
      for step in steps {
        try checkOrder(step, in: recording.name)
        try checkMicrobatches(step, microbatches.count, in: recording.name)
      }
    }
  }

  /// Refuses operations that ran at once: their durations do not tell what each costs.
  private func checkOneAtATime(_ step: RankStep, in recording: String) throws(MeasurementError) {
    for (first, second) in zip(step.operations, step.operations.dropFirst())
    where second.span.start < first.span.end - clockGrid {
      throw MeasurementError(
        .overlap(
          first: first.operation, end: first.span.end, second: second.operation, start: second.span.start),
        in: recording)
    }
  }

  /// Checks that indexes run from 0 without a gap.
  private func checkComplete(_ indexes: Set<Int>, _ part: MeasurementError.Part) throws(MeasurementError) {
    guard let last = indexes.max(), let missing = (0...max(0, last)).first(where: { !indexes.contains($0) })
    else { return }
    throw MeasurementError(.missing(part, missing, last: last))
  }

  private func checkPasses(_ operations: [Operation]) throws(MeasurementError) {
    var kinds: [Int: Set<Operation.Kind>] = [:]
    for operation in operations { kinds[operation.stage.index, default: []].insert(operation.kind) }
    for (stage, kinds) in kinds.sorted(by: { $0.key < $1.key }) {
      let lacksBackward =
        kinds.contains(.backwardWeight) && kinds.isDisjoint(with: [.backwardInput, .backward])
      guard !kinds.contains(.forward) || lacksBackward else { continue }
      throw MeasurementError(
        .incompleteStage(stage, found: Operation.Kind.allCases.filter(kinds.contains)))
    }
  }

  /// Checks that no backward pass began before its own forward pass had ended.
  private func checkOrder(_ step: RankStep, in recording: String) throws(MeasurementError) {
    var ends: [Operation: Double] = [:]
    for measured in step.operations where measured.operation.kind == .forward {
      ends[measured.operation] = measured.span.end
    }
    for measured in step.operations where measured.operation.kind != .forward {
      var forward = measured.operation
      forward.kind = .forward
      guard let end = ends[forward], measured.span.start < end - clockGrid else { continue }
      throw MeasurementError(
        .backwardFirst(measured.operation, start: measured.span.start, forwardEnd: end), in: recording)
    }
  }

  /// Checks that every stage of a rank has the same passes for every microbatch.
  private func checkMicrobatches(_ step: RankStep, _ count: Int, in recording: String)
    throws(MeasurementError)
  {
    let operations = Set(step.operations.map(\.operation))
    for stage in Set(operations.map(\.stage)).sorted() {
      let kinds = Set(operations.filter { $0.stage == stage }.map(\.kind))
      for microbatch in (0..<count).map({ Microbatch.ID($0) }) {
        let own = kinds.filter { operations.contains(Operation($0, stage: stage, microbatch: microbatch)) }
        if let missing = Self.missing(from: own, of: kinds) {
          throw MeasurementError(
            .missingOperation(missing, stage: stage.index, microbatch: microbatch.index), in: recording)
        }
      }
    }
  }

  /// A pass that a microbatch lacks, where its stage has some kinds of them; either form of a backward pass will do.
  private static func missing(
    from own: Set<Operation.Kind>, of kinds: Set<Operation.Kind>
  ) -> Operation.Kind? {
    if !own.contains(.forward) { return .forward }
    if own.contains(.backward) { return nil }
    if !own.contains(.backwardInput) {
      for kind in [Operation.Kind.backwardInput, .backward] where kinds.contains(kind) { return kind }
    }
    return kinds.contains(.backwardWeight) && !own.contains(.backwardWeight) ? .backwardWeight : nil
  }
}
