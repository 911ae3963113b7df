import PipelineModel
import Timeline

/// Measured runs against what is predicted of them, with times that are fitted on some of them and tested on the others.
public struct Validation: Sendable {
  /// One run.
  public struct Outcome: Sendable {
    /// The run.
    public let run: ValidationRun
    /// What it takes by prediction.
    public let timeline: Timeline
    /// How far its operations start from where they did; `nil` where that was not observed.
    public let startDifferences: StartDifferences?

    /// What it takes by prediction, in the problem's time unit.
    public var predicted: Double { timeline.makespan }
    /// Predicted / measured - 1.
    public var error: Double { predicted / run.measured - 1 }
  }

  /// What calibrating by some terms brings.
  public struct Trial: Sendable {
    /// The terms.
    public let terms: Calibration.Terms
    /// Their fit.
    public let calibration: Calibration
    /// The errors of the runs that it was fitted on.
    public let fitted: ErrorSummary?
    /// The errors of the others; `nil` where there are none.
    public let heldOut: ErrorSummary?
  }

  /// What the terms that were measured bring: the first so many of all.
  public struct Contribution: Sendable {
    /// The last of the terms; `nil` for the durations of operations alone.
    public let term: MeasuredTerm?
    /// The errors of the runs that were measured.
    public let fitted: ErrorSummary?
    /// The errors of the others; `nil` where there are none.
    public let heldOut: ErrorSummary?
  }

  /// Which times were fitted.
  public let terms: Calibration.Terms
  /// Their fit.
  public let calibration: Calibration
  /// The runs, in the order given.
  public let outcomes: [Outcome]
  /// Every choice of terms on the same runs, to tell what each adds; empty where nothing is calibrated.
  public let trials: [Trial]
  /// What each measured term adds to those before it; empty where problems were given.
  public let contributions: [Contribution]

  /// Predicts runs, with times fitted on those that are not held out.
  ///
  /// - Parameter isMeasured: whether the problems are what the runs that are not held out tell.
  /// - Throws: `ValidationRefusal` when there is no run, or none to fit on, or one cannot be timed.
  /// - Complexity: O(problems x bends of their makespans).
  public init(
    _ runs: [ValidationRun], calibrating terms: Calibration.Terms = .none, isMeasured: Bool = false
  ) throws(ValidationRefusal) {
    guard !runs.isEmpty else { throw .noRuns }
    let fitted = runs.filter { !$0.isHeldOut }
    guard terms == .none || !fitted.isEmpty else { throw .nothingToFit }
    let fit = CalibrationFit(fitted)
    var trials: [Trial] = []
    for terms in terms == .none ? [] : Calibration.Terms.allCases {
      let calibration = try fit.calibration(of: terms)
      let outcomes = try Self.outcomes(of: runs, calibration)
      trials.append(
        Trial(
          terms: terms, calibration: calibration, fitted: outcomes.errors(heldOut: false),
          heldOut: outcomes.errors(heldOut: true)))
    }
    self.terms = terms
    self.trials = trials
    contributions = isMeasured ? try Self.contributions(to: runs) : []
    calibration = trials.first { $0.terms == terms }?.calibration ?? Calibration()
    outcomes = try Self.outcomes(of: runs, calibration)
  }

  /// Whether predictions follow from the runs that are not held out: by a fit, or by measuring them.
  public var isFitted: Bool { terms != .none || !contributions.isEmpty }

  /// The errors of the runs that are not held out: of those that predictions follow from, if any do. `nil` without any.
  public var fitted: ErrorSummary? { outcomes.errors(heldOut: false) }
  /// The errors of the runs that are held out; `nil` without any.
  public var heldOut: ErrorSummary? { outcomes.errors(heldOut: true) }
  /// The errors of all runs.
  public var overall: ErrorSummary? { ErrorSummary(outcomes.map(\.error)) }

  /// The errors that tell how well runs are predicted: those of all where nothing was fitted, or else of those held out.
  /// `nil` where there is no such run.
  public var tested: ErrorSummary? { isFitted ? heldOut : overall }

  /// How far the operations of those runs start from where they did; `nil` where that was not observed.
  public var testedStarts: StartDifferences? {
    let tested = outcomes.filter { !isFitted || $0.run.isHeldOut }
    return StartDifferences(tested.flatMap { $0.startDifferences?.items ?? [] })
  }

  private static func contributions(to runs: [ValidationRun]) throws(ValidationRefusal) -> [Contribution] {
    var contributions: [Contribution] = []
    for count in 0...MeasuredTerm.allCases.count {
      var reduced: [ValidationRun] = []
      for run in runs { reduced.append(try run.without(Array(MeasuredTerm.allCases.dropFirst(count)))) }
      let outcomes = try outcomes(of: reduced, Calibration())
      contributions.append(
        Contribution(
          term: count == 0 ? nil : MeasuredTerm.allCases[count - 1], fitted: outcomes.errors(heldOut: false),
          heldOut: outcomes.errors(heldOut: true)))
    }
    return contributions
  }

  private static func outcomes(
    of runs: [ValidationRun], _ calibration: Calibration
  ) throws(ValidationRefusal) -> [Outcome] {
    var outcomes: [Outcome] = []
    for run in runs {
      let timeline = try calibration.timeline(of: run)
      outcomes.append(
        Outcome(run: run, timeline: timeline, startDifferences: StartDifferences(of: run, timeline)))
    }
    return outcomes
  }
}

extension [Validation.Outcome] {
  /// The errors of one side.
  fileprivate func errors(heldOut: Bool) -> ErrorSummary? {
    ErrorSummary(filter { $0.run.isHeldOut == heldOut }.map(\.error))
  }
}
