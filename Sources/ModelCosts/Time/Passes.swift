/// One value for each pass of a layer.
public struct Passes<Value> {
  /// The forward pass.
  public var forward: Value
  /// The backward pass for the input.
  public var input: Value
  /// The backward pass for the weights.
  public var weight: Value

  /// Takes a value for each.
  public init(forward: Value, input: Value, weight: Value) {
    self.forward = forward
    self.input = input
    self.weight = weight
  }

  /// Other values, each made of the one here.
  public func map<Other>(_ change: (Value) -> Other) -> Passes<Other> {
    Passes<Other>(forward: change(forward), input: change(input), weight: change(weight))
  }

  /// Other values, each made of those here and there.
  public func combined<Second, Other>(
    with other: Passes<Second>, _ change: (Value, Second) -> Other
  ) -> Passes<Other> {
    Passes<Other>(
      forward: change(forward, other.forward), input: change(input, other.input),
      weight: change(weight, other.weight))
  }
}

extension Passes: Equatable where Value: Equatable {}
extension Passes: Hashable where Value: Hashable {}
extension Passes: Sendable where Value: Sendable {}
