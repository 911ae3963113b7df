import PipelineModel
import ScheduleFamilies

/// A run that was measured, and the schedule that it ran.
public struct ValidationRun: Sendable {
  /// What reports call it.
  public let name: String
  /// The problem, and the order in which its devices worked.
  public let schedule: Schedule
  /// What its iteration took, in the problem's time unit.
  public let measured: Double
  /// Whether calibrations leave it alone, so that it tells how well they predict.
  public let isHeldOut: Bool
  /// When each operation of `schedule.orders.operations` started, by any clock in the problem's time unit; `nil` where
  /// that was not measured.
  public let observedStarts: [Double]?

  /// Describes a run.
  ///
  /// - Throws: `ValidationRefusal` for a time that is not above 0, or starts that are not one for each operation.
  public init(
    name: String, schedule: Schedule, measured: Double, isHeldOut: Bool = false,
    observedStarts: [Double]? = nil
  ) throws(ValidationRefusal) {
    guard measured > 0, measured <= ProblemRules.largestNumber else {
      throw .notATime(run: name, measured)
    }
    if let observedStarts {
      let count = schedule.orders.operations.count
      guard observedStarts.count == count, observedStarts.allSatisfy(\.isFinite) else {
        throw .notOneStartPerOperation(run: name, expected: count)
      }
    }
    self.name = name
    self.schedule = schedule
    self.measured = measured
    self.isHeldOut = isHeldOut
    self.observedStarts = observedStarts
  }

  /// The run with some measured terms taken off its problem.
  ///
  /// - Throws: `ValidationRefusal` when what is left is no problem.
  func without(_ terms: [MeasuredTerm]) throws(ValidationRefusal) -> ValidationRun {
    var parts = ProblemParts(of: schedule.problem)
    for term in terms { term.remove(from: &parts) }
    let problem: Problem
    do throws(ProblemError) {
      problem = try parts.problem()
    } catch {
      throw .problem(run: name, error)
    }
    return try ValidationRun(
      name: name, schedule: Schedule(problem: problem, orders: schedule.orders), measured: measured,
      isHeldOut: isHeldOut)
  }
}

extension Family {
  /// The family's schedule for stages that were measured: they may lie on other devices than the problem says, but are not
  /// cut, as nobody measured what a part of one takes.
  ///
  /// - Throws: `FamilyRefusal` where there is none.
  /// - Complexity: O(operations) unless the family says otherwise.
  public func measuredSchedule(
    for problem: Problem, parameters: FamilyParameters = FamilyParameters()
  ) throws(FamilyRefusal) -> Schedule {
    let arranged: Problem
    do throws(ProblemError) {
      arranged = try layout.arranging(problem, parts: 1)
    } catch {
      throw .problem(error)
    }
    do throws(FamilyError) {
      guard arranged.stageCount == problem.stageCount, arranged.pieces == problem.pieces else {
        throw FamilyError.needsLayout(family: title, layout)
      }
      return Schedule(problem: arranged, orders: try orders(for: arranged, parameters: parameters))
    } catch {
      throw .family(error)
    }
  }
}
