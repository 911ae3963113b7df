import PipelineModel

/// An operation with its stage and kind known, before its iteration is.
struct PlacedOperation {
  var kind: Operation.Kind
  var stage: Int
  var microbatch: Int?
  var step: Int?
  var span: TimeSpan

  /// What tells it from the others of one iteration.
  struct Key: Hashable {
    var kind: Operation.Kind
    var stage: Int
    var microbatch: Int
  }
}

/// Cuts what a rank recorded into iterations.
struct StepSplitter {
  /// The iterations by number, in order of their starts.
  private(set) var steps: [RankStep] = []
  /// Whether the numbers are those of the recording; otherwise they count from 0.
  private(set) var isNumbered = false

  /// Cuts by the numbers that operations have, by marks, or else where the first microbatch comes again.
  ///
  /// - Parameter operations: those of one rank, in order of their starts.
  /// - Throws: `MeasurementError` where an iteration has an operation twice, or marks run backwards.
  init(_ operations: [PlacedOperation], of recording: RankRecording) throws(MeasurementError) {
    let marks = recording.marks.sorted { $0.start < $1.start }
    for (first, second) in zip(marks, marks.dropFirst()) where second.number <= first.number {
      throw MeasurementError(.stepsRunBackwards(first.number, before: second.number), in: recording.name)
    }
    var groups: [Group]
    if operations.allSatisfy({ $0.step != nil }) {
      isNumbered = true
      groups = Dictionary(grouping: operations) { $0.step ?? 0 }.map { ($0.key, nil, $0.value) }
    } else {
      groups = Self.groups(operations, by: marks)
      isNumbered = !marks.isEmpty
    }
    groups.sort { ($0.operations.first?.span.start ?? 0) < ($1.operations.first?.span.start ?? 0) }
    for (number, mark, operations) in groups {
      let ended = mark ?? marks.first { $0.number == number }
      steps.append(
        RankStep(
          number: number, operations: try Self.numbered(operations, step: number, in: recording.name),
          marked: ended?.duration))
    }
    addOptimizerSteps(recording.optimizerSteps)
    keepWhole()
  }

  private typealias Group = (number: Int, mark: StepMark?, operations: [PlacedOperation])

  /// Cuts at marks or, where the marks of a processor are ahead of its accelerator and cut iterations apart, where the
  /// first microbatch comes again; the iterations are then those of the marks, in order.
  private static func groups(_ operations: [PlacedOperation], by marks: [StepMark]) -> [Group] {
    let repeated = groupsByRepetition(operations)
    guard !marks.isEmpty else { return repeated }
    let marked = groupsByMarks(operations, marks)
    let isCutApart = marked.contains { group in
      Set(group.operations.compactMap(\.key)).count < group.operations.count
    }
    guard isCutApart || Set(marked.map(\.operations.count)).count > 1, repeated.count == marks.count,
      Set(repeated.map(\.operations.count)).count == 1
    else { return marked }
    return zip(repeated, marks).map { ($1.number, $1, $0.operations) }
  }

  private static func groupsByMarks(_ operations: [PlacedOperation], _ marks: [StepMark]) -> [Group] {
    var groups: [Group] = []
    var next = 0
    for operation in operations {
      while next < marks.count, marks[next].start <= operation.span.start + clockGrid { next += 1 }
      // What comes before the first mark belongs to an iteration of which only the end was recorded.
      let mark = next > 0 ? marks[next - 1] : nil
      let number = mark?.number ?? marks[0].number - 1
      if groups.last?.number != number { groups.append((number, mark, [])) }
      groups[groups.count - 1].operations.append(operation)
    }
    return groups
  }

  private static func groupsByRepetition(_ operations: [PlacedOperation]) -> [Group] {
    let keys = operations.compactMap(\.key)
    guard keys.count == operations.count, Set(keys).count < keys.count,
      let stage = operations.map(\.stage).min(),
      let first = operations.filter({ $0.stage == stage && $0.kind == .forward }).compactMap(\.microbatch)
        .min()
    else { return [(0, nil, operations)] }
    let begin = PlacedOperation.Key(kind: .forward, stage: stage, microbatch: first)
    var groups: [Group] = []
    for operation in operations {
      if operation.key == begin || groups.isEmpty {
        groups.append(((groups.last?.number ?? (operation.key == begin ? -1 : -2)) + 1, nil, []))
      }
      groups[groups.count - 1].operations.append(operation)
    }
    return groups
  }

  /// Numbers microbatches that the recording does not, and refuses a second operation of one kind.
  private static func numbered(
    _ operations: [PlacedOperation], step: Int, in recording: String
  ) throws(MeasurementError) -> [MeasuredOperation] {
    var counts: [PlacedOperation.Key: Int] = [:]
    var seen: Set<Operation> = []
    var measured: [MeasuredOperation] = []
    for placed in operations {
      let counter = PlacedOperation.Key(kind: placed.kind, stage: placed.stage, microbatch: 0)
      let microbatch = placed.microbatch ?? counts[counter, default: 0]
      counts[counter, default: 0] += 1
      let operation = Operation(
        placed.kind, stage: Stage.ID(placed.stage), microbatch: Microbatch.ID(microbatch))
      guard seen.insert(operation).inserted else {
        throw MeasurementError(.repeated(operation, step: step), in: recording)
      }
      measured.append(MeasuredOperation(operation, span: placed.span))
    }
    return measured
  }

  private mutating func addOptimizerSteps(_ spans: [TimeSpan]) {
    for span in spans {
      guard let index = steps.lastIndex(where: { $0.start <= span.start }) else { continue }
      steps[index].optimizerStep = (steps[index].optimizerStep ?? 0) + span.duration
      steps[index].optimizerEnd = max(steps[index].optimizerEnd ?? span.end, span.end)
    }
  }

  /// Drops iterations of which only a part was recorded, where others are whole.
  private mutating func keepWhole() {
    let most = steps.map(\.operations.count).max() ?? 0
    steps.removeAll { $0.operations.count < most }
  }
}

extension PlacedOperation {
  fileprivate var key: Key? { microbatch.map { Key(kind: kind, stage: stage, microbatch: $0) } }
}

/// What two times may differ by and be the same, in milliseconds: microseconds since 1970 have a grid of a quarter in
/// binary.
let clockGrid = 0.001
