import PipelineModel
import ScheduleFamilies
import ScheduleSearch

/// The orders of the named families that take a problem as it is laid out, split or fused as each family writes them:
/// what a search begins with. It leaves out those that do not keep its limits.
public enum FamilyStarts {
  /// Writes the orders of one family after the other.
  ///
  /// - Parameter deadline: when to end with those that are written by then.
  /// - Complexity: O(operations) a family.
  public static func orders(for problem: Problem, until deadline: Deadline = .never) -> [Orders] {
    var starts: [Orders] = []
    for family in Families.all where !deadline.hasPassed {
      if let orders = try? family.orders(for: problem) { starts.append(orders) }
    }
    return starts
  }
}
