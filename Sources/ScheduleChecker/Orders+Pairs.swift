import PipelineModel

extension Orders {
  /// Whether a pair is an `F` and then the `BW` of another microbatch. O(1).
  func isProperPair(at position: Int) -> Bool {
    let (first, second) = (operations[position], operations[position + 1])
    return first.kind == .forward && second.kind == .backward && first.microbatch != second.microbatch
  }

  /// Every mark of a pair that is not a proper one, at its first operation. O(pairs x log devices).
  var pairViolations: [Violation] {
    pairs.filter { !isProperPair(at: $0) }.map { position in
      violation(at: position, on: device(at: position), .wrongPair(with: operations[position + 1]))
    }
  }
}
