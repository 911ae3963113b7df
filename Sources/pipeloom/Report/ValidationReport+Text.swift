import PipelineModel
import ScheduleStudies

extension ValidationReport {
  private var isCalibrated: Bool { trials != nil }

  /// The report for a person.
  var text: TerminalText {
    let unit = times.people.map { ", times in \($0.rawValue)" } ?? ""
    let head =
      "Validation · \(runs.count.counted("run"))\(unit), error = predicted / measured - 1" as TerminalText
    return head + "\n\n" + runTable + "\n" + calibrationLine + errorTable + warning + startLine + trialTable
  }

  /// What the mean error is held to, and whether it is within.
  func judgement(within most: Double, isMet: Bool) -> TerminalText {
    "  \(isMet ? "Within" : "Not within") \(most.percent): the mean error of \(isCalibrated ? "the runs held out" : "all runs")\n"
  }

  private func side(_ line: Line) -> String { line.holdout ? "held out" : isCalibrated ? "fitted" : "" }

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
    if isCalibrated || heldOut != nil {
      add(isCalibrated ? "fitted" : "not held out", fitted)
      add("held out", heldOut)
    }
    return table.text
  }

  private var warning: TerminalText {
    isCalibrated && heldOut == nil
      ? "  No run is held out: all errors are of runs that the calibration was fitted on.\n" : ""
  }

  private var startLine: TerminalText {
    guard let starts else { return "" }
    return "\n  Starts of operations: mean difference \(times.text(starts.mean)), 95 % within "
      + "\(times.text(starts.p95)), worst \(times.text(starts.worst)) of \(starts.worstOperation) on device "
      + "\(starts.worstDevice) in \(starts.worstRun)\n"
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
