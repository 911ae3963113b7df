import PipelineModel

/// What the letter B means on each stage.
///
/// PyTorch writes B for a whole backward pass beside I and W, papers write B for the pass for the input beside W: where
/// a stage has a W and no other name for the pass for the input, B is that; elsewhere it is the whole.
struct LetterB {
  private var withWeight: Set<Int> = []
  private var withInput: Set<Int> = []
  private var withLetter: Set<Int> = []

  /// Notes a pass of a stage.
  mutating func note(_ pass: RecordedOperation.Pass, of stage: Int) {
    switch pass {
    case .backwardWeight: withWeight.insert(stage)
    case .backwardInput: withInput.insert(stage)
    case .letterB: withLetter.insert(stage)
    case .forward, .backward: break
    }
  }

  /// The kind of operation that a pass of a stage is.
  func kind(of pass: RecordedOperation.Pass, on stage: Int) -> Operation.Kind {
    switch pass {
    case .forward: .forward
    case .backwardInput: .backwardInput
    case .backwardWeight: .backwardWeight
    case .backward: .backward
    case .letterB: isInput(on: stage) ? .backwardInput : .backward
    }
  }

  private func isInput(on stage: Int) -> Bool { withWeight.contains(stage) && !withInput.contains(stage) }

  /// The stages on which B was read as the pass for the input, ascending.
  var stagesOfInput: [Int] { withLetter.filter(isInput).sorted() }

  /// The stages on which B was read as the whole backward pass, ascending.
  var stagesOfWhole: [Int] { withLetter.filter { !isInput(on: $0) }.sorted() }
}
