/// A matrix of weights by which the vectors of tokens are multiplied.
///
/// Everything that grows with its elements follows from the list of them: parameters, FLOPs, traffic, gradients.
/// Numbers are `Double`, which counts to 2^53 exactly and cannot overflow, whatever a configuration says.
public struct WeightMatrix: Hashable, Sendable {
  /// How tensor parallelism cuts a matrix.
  public enum Split: Hashable, Sendable {
    /// Each device makes a part of the outputs.
    case outputs
    /// Each device takes a part of the inputs; the results are added up.
    case inputs
    /// Every device has the whole matrix.
    case none
  }

  /// The length of the vectors that go in.
  public let inputs: Double
  /// The length of the vectors that come out.
  public let outputs: Double
  /// Whether a bias is added to the outputs.
  public let hasBias: Bool
  /// How tensor parallelism cuts it.
  public let split: Split

  /// Describes a matrix.
  public init(_ inputs: Double, _ outputs: Double, hasBias: Bool = false, split: Split) {
    self.inputs = inputs
    self.outputs = outputs
    self.hasBias = hasBias
    self.split = split
  }

  /// How many elements it has.
  public var elements: Double { inputs * outputs }

  /// How many parameters it has, those of the bias included.
  public var parameters: Double { elements + (hasBias ? outputs : 0) }

  /// How many parameters one of `tensor` devices holds.
  func parameters(tensor: Double) -> Double {
    switch split {
    case .none: parameters
    case .outputs: parameters / tensor
    // The bias is added once the parts are.
    case .inputs: elements / tensor + (hasBias ? outputs : 0)
    }
  }

  /// The lengths of the vectors that one of `tensor` devices takes and makes.
  func lengths(tensor: Double) -> (inputs: Double, outputs: Double) {
    switch split {
    case .none: (inputs, outputs)
    case .outputs: (inputs, outputs / tensor)
    case .inputs: (inputs / tensor, outputs)
    }
  }

  /// The operations that it takes to multiply one vector, two per multiply-add.
  public var flops: Double { 2 * elements }
}

extension Sequence<WeightMatrix> {
  /// The parameters of all.
  var parameters: Double { reduce(0) { $0 + $1.parameters } }

  /// The operations of all for one vector.
  var flops: Double { reduce(0) { $0 + $1.flops } }
}
