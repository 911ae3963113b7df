import PipelineModel
import ScheduleSearch
import Timeline

/// How far from the best possible a schedule is at most, and why.
public struct Proof: Hashable, Sendable {
  /// Why no schedule is shorter than the bound.
  public enum Argument: Hashable, Sendable {
    /// A bound on all orders of operations.
    case bound(LowerBound)
    /// An exact search went through every choice.
    case everyChoice(Choice, ExactResult)
  }

  /// What an exact search goes through.
  public enum Choice: Hashable, Sendable {
    /// The orders of operations of a problem with its routes.
    case orders
    /// The routes of a problem, and the orders for each.
    case routesAndOrders
    /// The modes of stages, and the orders in them.
    case modesAndOrders
    /// How layers are cut, and the modes and orders for each way.
    case partitionsAndOrders
    /// The devices of tasks that may run on several, and the orders for each.
    case devicesAndOrders
  }

  /// An exact search with the time that it took.
  public struct ExactRun: Hashable, Sendable {
    /// What it found and proved.
    public let result: ExactResult
    /// How long it took.
    public let time: Duration
  }

  /// The bound beside the value; a failure where it cannot hold, which is a defect of the search.
  public let certificate: Result<Certificate, BoundContradiction>
  /// Why no schedule is shorter than the bound.
  public let argument: Argument
  /// What an exact search did, where there was one.
  public internal(set) var exactRun: ExactRun?

  /// Joins a bound to the value that it bounds, in the problem's time unit.
  public init(_ bound: LowerBound, objective: Objective, value: Double) {
    certificate = Result { () throws(BoundContradiction) in
      try bound.certificate(of: value, objective: objective)
    }
    argument = .bound(bound)
  }

  /// Takes the bound and the value of a search.
  public init(_ result: SearchResult) {
    self.init(result.bound, objective: result.objective, value: result.value)
  }

  /// Joins what an exact search proved to the value of its orders.
  ///
  /// - Parameters:
  ///   - bound: the one that the exact search was given.
  ///   - choice: what it went through.
  public init(_ result: ExactResult, bound: LowerBound, time: Duration, choice: Choice = .orders) {
    let isRaised = !Certificate.isMet(bound.value, by: result.lowerBound)
    certificate = Result(catching: result.certificate)
    argument = isRaised ? .everyChoice(choice, result) : .bound(bound)
    exactRun = ExactRun(result: result, time: time)
  }

  /// The certificate, unless it is withdrawn.
  public var valid: Certificate? { try? certificate.get() }

  /// Why the certificate is withdrawn, where it is.
  public var withdrawal: WithdrawnCertificate? {
    guard case .failure(let contradiction) = certificate else { return nil }
    return WithdrawnCertificate(contradiction: contradiction, argument: argument)
  }
}

/// A bound above the value that it bounds: a defect of the search, for which nothing is certified.
public struct WithdrawnCertificate: Error, Hashable, Sendable {
  /// The bound and the value.
  public let contradiction: BoundContradiction
  /// What the bound rests on.
  public let argument: Proof.Argument
}

extension WithdrawnCertificate: CustomStringConvertible {
  /// What contradicts what, in one line.
  public var description: String { "\(contradiction) (\(argument.explanation))" }
}

extension Proof.Argument {
  /// The argument in words, with figures in the problem's time unit.
  public var explanation: String { explanation(in: nil) }

  /// The same with operations and devices named as the problem is written.
  public func explanation(in problem: Problem?) -> String {
    switch self {
    case .bound(let bound): bound.explanation(in: problem)
    case .everyChoice(let choice, let result):
      result.isProved
        ? "every other \(choice) takes as long or longer"
        : "every \(choice) takes at least \(result.lowerBound.short)"
    }
  }
}

extension Proof.Choice: CustomStringConvertible {
  /// One of what there is to choose.
  public var description: String {
    switch self {
    case .orders: "order of operations"
    case .routesAndOrders: "choice of routes and orders"
    case .modesAndOrders: "choice of modes and orders"
    case .partitionsAndOrders: "choice of partition, modes and orders"
    case .devicesAndOrders: "choice of devices for tasks and orders"
    }
  }
}
