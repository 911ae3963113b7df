import PipelineModel
import ScheduleFamilies
import Timeline

/// Why a family has no schedule for a problem.
public enum FamilyRefusal: Error, Hashable, Sendable {
  /// The family does not take the problem, or its orders do not fit in memory.
  case family(FamilyError)
  /// The problem cannot be laid out as the family needs it.
  case problem(ProblemError)
  /// The family's orders cannot be timed.
  case timeline(TimelineError)
}

extension FamilyRefusal: CustomStringConvertible {
  /// What was expected, in one line.
  public var description: String {
    switch self {
    case .family(let error): error.description
    case .problem(let error): error.description
    case .timeline(let error): error.description
    }
  }
}

extension Family {
  /// The family's schedule in its own layout of a problem, timed; it keeps every memory limit.
  ///
  /// - Parameters:
  ///   - parts: in how many chunks a stage, or pieces a sequence, is cut where the layout allows a choice.
  ///   - memoryLimit: the limit of every device in whatever layout; the problem's own if left out.
  ///   - parameters: left out of account where the family takes none.
  /// - Throws: `FamilyRefusal` where there is none.
  /// - Complexity: O(operations) unless the family says otherwise.
  public func timeline(
    for problem: Problem, parts: Int = 1, memoryLimit: Double? = nil,
    parameters: FamilyParameters = FamilyParameters()
  ) throws(FamilyRefusal) -> Timeline {
    let arranged = try laidOut(problem, parts: parts, memoryLimit: memoryLimit)
    let orders: Orders
    do throws(FamilyError) {
      orders = try self.orders(for: arranged, parameters: takesGroupSize ? parameters : FamilyParameters())
    } catch {
      throw .family(error)
    }
    let timeline: Timeline
    do throws(TimelineError) {
      timeline = try Timeline(Schedule(problem: arranged, orders: orders))
    } catch {
      throw .timeline(error)
    }
    do throws(FamilyError) {
      try checkMemory(of: timeline)
    } catch {
      throw .family(error)
    }
    return timeline
  }

  private func laidOut(
    _ problem: Problem, parts: Int, memoryLimit: Double?
  ) throws(FamilyRefusal) -> Problem {
    do throws(ProblemError) {
      let arranged = try layout.arranging(problem, parts: parts)
      guard let memoryLimit else { return arranged }
      return try arranged.with(memoryLimit: memoryLimit)
    } catch {
      throw .problem(error)
    }
  }
}
