/// The layers of a model in order, which stages share among themselves: a value that has been checked.
public struct Layers: Hashable, Sendable {
  /// All layers, at least one.
  public let all: [Layer]
  /// The passes of each layer, as far as frozen layers have them.
  package let passes: [Stage]
  /// The place of the layer to which each one is tied.
  let tied: [Int?]
  /// The place of the first layer with a backward pass; their number where none has one.
  package let firstWithBackward: Int

  /// How many layers there are.
  public var count: Int { all.count }

  /// Checks layers.
  ///
  /// - Throws: `ProblemError` naming the layer and its key.
  /// - Complexity: O(layers x modes).
  public init(_ all: [Layer]) throws(ProblemError) {
    let key: ProblemKey = ["layers"]
    guard ProblemRules.counts.contains(all.count) else {
      throw ProblemError(key, .countOutOfRange(all.count, ProblemRules.counts))
    }
    var places: [String: Int] = [:]
    var tied: [Int?] = []
    var passes: [Stage] = []
    var isFirst = true
    for (index, layer) in all.enumerated() {
      let key = key.appending(.index(index))
      try ProblemRules.checkStage(layer.figures, key: key)
      guard index > 0 || !layer.isTogether else {
        throw ProblemError(key.appending("together"), .nothingBefore)
      }
      let part = layer.passes(isFirst: isFirst && layer.isFrozen)
      guard isFirst || part.hasBackward else { throw ProblemError(key.appending("backward"), .gradientLost) }
      isFirst = !part.hasBackward
      passes.append(part)
      tied.append(
        try layer.tied.map { name throws(ProblemError) in
          guard let place = places[name] else {
            throw ProblemError(key.appending("tied"), .unknownLayer(name))
          }
          return place
        })
      if !layer.name.isEmpty, places[layer.name] == nil { places[layer.name] = index }
    }
    self.all = all
    self.passes = passes
    self.tied = tied
    firstWithBackward = passes.firstIndex(where: \.hasBackward) ?? passes.count
    try ProblemRules.checkOrder(ofLayers: all.map(\.name))
  }

  /// The names of a run of layers, as frameworks are told them; `nil` where some layers have none, or share one.
  func names(of run: Range<Int>) -> [String]? { hasOwnNames ? all[run].map(\.name) : nil }

  /// Whether every layer has a name that no other has.
  private var hasOwnNames: Bool {
    let names = Set(all.lazy.map(\.name))
    return names.count == count && !names.contains("")
  }
}

extension Layers {
  /// The places at which the layers may be cut: behind how many of them. 0 and their number are among them.
  public var cuts: [Int] { (0...count).filter { $0 == 0 || $0 == count || !all[$0].isTogether } }

  /// Where the layers of each stage begin and end.
  ///
  /// - Throws: `ProblemError` where numbers do not add up to the layers, or tear layers apart that stay together.
  func runs(of counts: [Int]) throws(ProblemError) -> [Range<Int>] {
    let key: ProblemKey = ["partition"]
    var end = 0
    var runs: [Range<Int>] = []
    for (stage, length) in counts.enumerated() {
      guard (0...count).contains(length) else {
        throw ProblemError(key.appending(.index(stage)), .countOutOfRange(length, 0...count))
      }
      runs.append(end..<end + length)
      end += length
      guard end >= count || end == 0 || !all[end].isTogether else {
        throw ProblemError(key.appending(.index(stage)), .tornApart(layer: end, name: all[end].name))
      }
    }
    guard end == count else { throw ProblemError(key, .layerSum(end, expected: count)) }
    return runs
  }
}
