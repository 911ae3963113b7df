/// One number for all stages, or one for each.
public enum PerStage: Hashable, Sendable {
  /// The same everywhere.
  case same(Double)
  /// One for every stage of the problem, in their order.
  case each([Double])

  /// The number of one stage. O(1).
  public subscript(stage: Stage.ID) -> Double {
    switch self {
    case .same(let number): number
    case .each(let numbers): numbers[stage.index]
    }
  }

  /// All numbers that occur.
  public var numbers: [Double] {
    switch self {
    case .same(let number): [number]
    case .each(let numbers): numbers
    }
  }

  /// The same with every number changed.
  package func map(_ change: (Double) -> Double) -> PerStage {
    switch self {
    case .same(let number): .same(change(number))
    case .each(let numbers): .each(numbers.map(change))
    }
  }

  /// The same with every number changed, stage by stage.
  ///
  /// - Parameter count: how many stages there are.
  package func map(count: Int, _ change: (Double, Stage.ID) -> Double) -> PerStage {
    .each((0..<count).map { change(self[Stage.ID($0)], Stage.ID($0)) })
  }

  /// One number where all are alike.
  package var simplified: PerStage {
    guard case .each(let numbers) = self, let first = numbers.first,
      numbers.allSatisfy({ $0 == first })
    else { return self }
    return .same(first)
  }
}

extension PerStage: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// The same number everywhere.
  public init(floatLiteral number: Double) { self = .same(number) }
  /// The same number everywhere.
  public init(integerLiteral number: Int) { self = .same(Double(number)) }
}
