/// A problem with one order per device.
///
/// The orders are the authority: times, memory and figures all follow from them.
public struct Schedule: Hashable, Sendable {
  /// The problem the orders are for.
  public let problem: Problem
  /// The order of operations on each device.
  public let orders: Orders

  /// Joins orders to their problem.
  ///
  /// - Precondition: there is one order per device.
  public init(problem: Problem, orders: Orders) {
    precondition(orders.deviceCount == problem.deviceCount)
    self.problem = problem
    self.orders = orders
  }
}
