import Measurement
import PipelineModel

/// The iterations of a recorded job as runs: every second one is held out, and the problem of all is what the others
/// tell. A single iteration is not held out.
public struct MeasuredRuns: Sendable {
  /// What the iterations that are not held out tell.
  public let profile: MeasuredProfile
  /// The iterations of every pipeline.
  public let runs: [ValidationRun]
  /// As `runs`, what was recorded of each; empty where no whole pipeline was.
  public let iterations: [MeasuredIteration]

  /// Measures a job.
  ///
  /// - Parameter name: what messages call it.
  /// - Throws: `ValidationRefusal` when no problem can be made of it.
  /// - Complexity: O(operations log operations).
  public init(_ run: MeasuredRun, name: String) throws(ValidationRefusal) {
    profile = MeasuredProfile(run.keeping { $0.isMultiple(of: 2) })
    iterations = run.iterations
    let problem: Problem
    do throws(ProblemError) {
      problem = try profile.problem(name: name)
    } catch {
      throw .problem(run: name, error)
    }
    var runs: [ValidationRun] = []
    for (index, iteration) in iterations.enumerated() {
      let pipeline = run.pipelineCount > 1 ? ", pipeline \(iteration.pipeline)" : ""
      let starts = iteration.devices.joined().map(\.span.start)
      runs.append(
        try ValidationRun(
          name: "iteration \(iteration.number)\(pipeline)",
          schedule: Schedule(problem: problem, orders: iteration.orders), measured: iteration.time,
          isHeldOut: !(index / run.pipelineCount).isMultiple(of: 2),
          observedStarts: iteration.hasCommonClock ? starts : nil))
    }
    if iterations.isEmpty {
      let schedule = Schedule(problem: problem, orders: profile.observedOrders)
      for (index, time) in run.iterationTimes.enumerated() {
        runs.append(
          try ValidationRun(
            name: "iteration \(index)", schedule: schedule, measured: time,
            isHeldOut: !index.isMultiple(of: 2)))
      }
    }
    self.runs = runs
  }
}
