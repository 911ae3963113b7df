import PipelineModel

/// What an operation of a measured iteration waited for: stages stand in one chain.
struct Dependencies {
  private var places: [Operation: (device: Int, span: TimeSpan)] = [:]
  private let lastStage: Int32

  /// Notes where and when the operations of one pipeline ran in one iteration; each device has its own clock.
  init(_ devices: [[MeasuredOperation]], stageCount: Int) {
    lastStage = Int32(truncatingIfNeeded: stageCount - 1)
    for (device, operations) in devices.enumerated() {
      for measured in operations { places[measured.operation] = (device, measured.span) }
    }
  }

  /// The operation of another device whose message an operation waited for; `nil` where there is none.
  func sender(to operation: Operation, on device: Int) -> (device: Int, end: Double)? {
    guard let input = input(of: operation), let place = places[input], place.device != device else {
      return nil
    }
    return (place.device, place.span.end)
  }

  /// What an operation needs, but for its own forward or backward pass, which its device has run.
  private func input(of operation: Operation) -> Operation? {
    var input = operation
    switch operation.kind.traits.payload {
    case .activation:
      guard operation.stage.rawValue > 0 else { return nil }
      input.stage = Stage.ID(rawValue: operation.stage.rawValue - 1)
      return input
    case .gradient:
      guard operation.stage.rawValue < lastStage else { return nil }
      input.stage = Stage.ID(rawValue: operation.stage.rawValue + 1)
      return Operation.Kind.allCases.lazy.filter { $0.traits.payload == .gradient }.map { kind in
        Operation(kind, stage: input.stage, microbatch: input.microbatch)
      }.first { places[$0] != nil }
    case nil: return nil
    }
  }
}
