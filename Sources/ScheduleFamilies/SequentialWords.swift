import PipelineModel

/// Writes the words of families that place one stage on each device.
struct SequentialWords {
  private var operations: [Operation] = []
  private var bounds = [0]
  private var stage = Stage.ID(0)
  private var next = (forward: 0, backward: 0, weight: 0)

  /// The number of microbatches, m.
  let microbatchCount: Int

  /// Writes one word per device; `write` appends the operations of one device.
  ///
  /// - Throws: `FamilyError` unless the problem's placement is sequential.
  static func words(
    of family: some Family, for problem: Problem,
    write: (_ device: Int, inout SequentialWords) -> Void
  ) throws(FamilyError) -> Words {
    guard problem.isSequential else { throw .needsSequentialPlacement(family: family.title) }
    var words = SequentialWords(microbatchCount: problem.microbatchCount)
    words.operations.reserveCapacity(3 * problem.microbatchCount * problem.deviceCount)
    for device in problem.devices.indices {
      words.stage = Stage.ID(device)
      words.next = (0, 0, 0)
      write(device, &words)
      words.bounds.append(words.operations.count)
    }
    return Words(operations: words.operations, bounds: words.bounds)
  }

  private init(microbatchCount: Int) { self.microbatchCount = microbatchCount }

  /// How many forwards the word has left.
  var forwardsLeft: Int { microbatchCount - next.forward }
  /// How many `B` the word holds whose `W` it lacks.
  var weightsPending: Int { next.backward - next.weight }

  /// Appends the next forwards.
  mutating func forward(_ count: Int = 1) {
    append(.forward, next.forward..<next.forward + count)
    next.forward += count
  }

  /// Appends the next `B`.
  mutating func backwardInput() {
    append(.backwardInput, next.backward..<next.backward + 1)
    next.backward += 1
  }

  /// Appends the next `W`, in the order of their `B`.
  mutating func backwardWeight(_ count: Int = 1) {
    append(.backwardWeight, next.weight..<next.weight + count)
    next.weight += count
  }

  /// Appends the next fused `BW`.
  mutating func backward() {
    append(.backward, next.backward..<next.backward + 1)
    next.backward += 1
  }

  private mutating func append(_ kind: Operation.Kind, _ microbatches: Range<Int>) {
    for microbatch in microbatches {
      operations.append(Operation(kind, stage: stage, microbatch: Microbatch.ID(microbatch)))
    }
  }
}
