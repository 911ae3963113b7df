import PipelineModel
import ScheduleStudies

extension ValidationReport {
  private var isCalibrated: Bool { trials != nil }
  /// What runs are called that predictions follow from.
  private var basis: String { isCalibrated ? "fitted" : "measured" }

  /// The report for a person.
  var text: TerminalText {
    let unit = times.people.map { ", times in \($0.rawValue)" } ?? ""
    let head =
      "Validation · \(runs.count.counted("run"))\(unit), error = predicted / measured - 1" as TerminalText
    return head + "\n\n" + runTable + "\n" + calibrationLine + errorTable + warning + startLine
      + contributionTable + trialTable
  }

  /// What the mean error is held to, and whether it is within.
  func judgement(within most: Double, isMet: Bool) -> TerminalText {
    "  \(isMet ? "Within" : "Not within") \(most.percent): the mean error of \(isFitted ? "the runs held out" : "all runs")\n"
  }

  private func side(_ line: Line) -> String { line.holdout ? "held out" : isFitted ? basis : "" }

  private var runTable: TerminalText {
    var table = TextTable([
      ("run", .left), ("", .left), ("measured", .right), ("predicted", .right), ("error", .right),
    ])
    for line in runs {
      table.add([
        line.run, side(line), times.value(line.measured).short, times.value(line.predicted).short,
        line.error.signedPercent,
      ])
    }
    return table.text
  }

  private var calibrationLine: TerminalText {
    guard isCalibrated else { return "" }
    let fitted = calibration.texts(times).joined(separator: " and ")
    return "  Calibrated on \((fittedCount).counted("run")): \(fitted)\n\n"
  }

  private var fittedCount: Int { runs.count { !$0.holdout } }

  private var errorTable: TerminalText {
    var table = TextTable([
      ("errors", .left), ("runs", .right), ("mean", .right), ("median", .right), ("worst", .right),
    ])
    func add(_ title: String, _ summary: ErrorSummary?) {
      guard let summary else { return }
      table.add([
        title, String(summary.count), summary.mean.percent, summary.median.percent, summary.worst.percent,
      ])
    }
    add("all", overall)
    if isFitted || heldOut != nil {
      add(isFitted ? basis : "not held out", fitted)
      add("held out", heldOut)
    }
    return table.text
  }

  private var warning: TerminalText {
    guard isFitted, heldOut == nil else { return "" }
    return isCalibrated
      ? "  No run is held out: all errors are of runs that the calibration was fitted on.\n"
      : "  No iteration is held out: the error is of the one that was measured.\n"
  }

  private var startLine: TerminalText {
    guard let starts else { return "" }
    return "\n  Differences: \(starts.words(times)) in \(starts.worstRun)\n"
  }

  /// What each measured term adds to those before it.
  private var contributionTable: TerminalText {
    guard let contributions else { return "" }
    var table = TextTable([("measured", .left), ("mean", .right), ("median", .right), ("worst", .right)])
    for contribution in contributions {
      guard let summary = heldOut == nil ? contribution.fitted : contribution.heldOut else { continue }
      table.add([
        Self.words(contribution.term), summary.mean.percent, summary.median.percent, summary.worst.percent,
      ])
    }
    return
      "\n  What each measured term adds, on the iterations \(heldOut == nil ? "measured" : "held out"):\n\(table.text)"
  }

  private static func words(_ term: String) -> String {
    switch MeasuredTerm(rawValue: term) {
    case nil: "durations"
    case .latency: "+ latency"
    case .gap: "+ gap"
    case .steps: "+ optimizer step and tail"
    case .ends: "+ first F and last B"
    }
  }

  /// What each choice of terms makes of the runs that tell.
  private var trialTable: TerminalText {
    guard let trials else { return "" }
    let sideName = heldOut == nil ? "fitted on" : "held out"
    var table = TextTable([
      ("--calibrate", .left), ("gap", .right), ("step", .right), ("mean", .right), ("median", .right),
      ("worst", .right),
    ])
    for trial in trials {
      guard let summary = heldOut == nil ? trial.fitted : trial.heldOut else { continue }
      table.add([
        trial.calibrate, trial.calibration.gap.map(times.fitted) ?? "",
        trial.calibration.step.map(times.fitted) ?? "", summary.mean.percent, summary.median.percent,
        summary.worst.percent,
      ])
    }
    return "\n  What each term adds, on the runs \(sideName):\n\(table.text)"
  }
}

extension ValidationReport.Times {
  /// The fitted times in words.
  func texts(_ times: RunTimes) -> [String] {
    [gap.map { "gap \(times.fitted($0))" }, step.map { "optimizer step \(times.fitted($0))" }].compactMap {
      $0
    }
  }
}

extension ValidationReport.Starts {
  /// The differences in words.
  func words(_ times: RunTimes) -> String {
    "starts of operations, mean difference \(times.text(mean)), 95 % within \(times.text(p95)), worst "
      + "\(times.text(worst)) of \(worstOperation) on device \(worstDevice)"
  }
}
