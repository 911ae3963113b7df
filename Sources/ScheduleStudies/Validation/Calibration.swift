import PipelineModel
import Timeline

/// What measured runs have and their problems do not say: times that are added to all of them.
public struct Calibration: Hashable, Sendable {
  /// Which times are fitted.
  public enum Terms: String, Hashable, Sendable, CaseIterable {
    /// None: the problems as they are.
    case none
    /// A gap between any two operations of a device.
    case gap
    /// An optimizer step of all devices.
    case step
    /// Both.
    case all

    /// Whether a gap is fitted.
    public var fitsGap: Bool { self == .gap || self == .all }
    /// Whether an optimizer step is fitted.
    public var fitsStep: Bool { self == .step || self == .all }
  }

  /// Added to every gap, in the problems' time unit; `nil` where it was not fitted.
  public var gap: Double?
  /// Added to every optimizer step, in the problems' time unit; `nil` where it was not fitted.
  public var step: Double?

  /// Names the times; left out, there are none.
  public init(gap: Double? = nil, step: Double? = nil) {
    self.gap = gap
    self.step = step
  }

  /// A problem with the times added. O(problem).
  ///
  /// - Throws: `ProblemError` when a sum is no duration.
  public func applied(to problem: Problem) throws(ProblemError) -> Problem {
    guard gap != nil || step != nil else { return problem }
    var parts = ProblemParts(of: problem)
    if let gap {
      let own = problem.gap
      parts.gap = Gap(
        forwardForward: own.forwardForward + gap, forwardBackward: own.forwardBackward + gap,
        backwardForward: own.backwardForward + gap, backwardBackward: own.backwardBackward + gap)
    }
    if let step {
      for index in parts.devices.indices { parts.devices[index].optimizerStep += step }
    }
    return try parts.problem()
  }

  /// What a run takes with the times added.
  ///
  /// - Throws: `ValidationRefusal` when it cannot be timed.
  /// - Complexity: O(problem).
  func timeline(of run: ValidationRun) throws(ValidationRefusal) -> Timeline {
    let problem: Problem
    do throws(ProblemError) {
      problem = try applied(to: run.schedule.problem)
    } catch {
      throw .problem(run: run.name, error)
    }
    do throws(TimelineError) {
      return try Timeline(Schedule(problem: problem, orders: run.schedule.orders))
    } catch {
      throw .timeline(run: run.name, error)
    }
  }
}
