import PipelineModel

/// How a file of PyTorch spells backward passes: the letter `B` has had two meanings.
enum TorchDialect: Hashable {
  /// `B` is the whole pass, `I` the one for the input.
  case current
  /// `BW` is the whole pass, `B` the one for the input.
  case former

  /// The dialect of a file: only the former has `BW`, and only there `W` belongs to a `B`. A file of `F` and `B` alone
  /// is read as PyTorch reads it today. O(text).
  init(of bytes: [UInt8]) {
    var (hasWhole, hasInput, hasWeight) = (false, false, false)
    var csv = CSVReader(bytes)
    while !csv.isAtEnd {
      for cell in csv.readRow() {
        guard let type = TorchCellText(cell, of: bytes)?.type else { continue }
        hasWhole = hasWhole || bytes[type].elementsEqual("BW".utf8)
        hasInput = hasInput || bytes[type].elementsEqual("I".utf8)
        hasWeight = hasWeight || bytes[type].elementsEqual("W".utf8)
      }
    }
    self = hasWhole || (hasWeight && !hasInput) ? .former : .current
  }

  /// How a kind is spelled; `nil` for what PyTorch does not know.
  func type(of kind: Operation.Kind) -> StaticString? {
    switch kind {
    case .forward: "F"
    case .backwardInput: self == .current ? "I" : "B"
    case .backwardWeight: "W"
    case .backward: self == .current ? "B" : "BW"
    case .recompute, .reload: nil
    }
  }

  /// The kind that a type stands for.
  func kind(of type: ArraySlice<UInt8>) -> Operation.Kind? {
    Operation.Kind.allCases.first { kind in
      self.type(of: kind).map {
        $0.utf8CodeUnitCount == type.count && $0.description.utf8.elementsEqual(type)
      }
        ?? false
    }
  }

  /// The types of operations, as messages list them: `F, I, W or B`.
  var types: String { self == .current ? "F, I, W or B" : "F, B, W or BW" }
}
