import Diagrams
import PipelineModel
import ScheduleStudies

extension ValidationReport {
  /// Each run above its prediction.
  ///
  /// - Parameters:
  ///   - name: what the runs come from.
  ///   - allowed: the error up to which predictions are good enough, where the user says it.
  func chart(named name: String, allowed: Double?) -> ValidationChart {
    let isCalibrated = trials != nil
    let fitted = calibration.texts(times).joined(separator: " and ")
    var subtitle = [
      isCalibrated
        ? "Calibrated on \(runs.count { !$0.holdout }.counted("run")): \(fitted)" : "Nothing calibrated"
    ]
    subtitle += [
      ("All", overall), ("Held out", isCalibrated ? heldOut : nil),
      ("Fitted on", isCalibrated ? self.fitted : nil),
    ]
    .compactMap { side, summary in summary.map { "\(side): \($0.words)" } }
    let title = "Validation · \(name) · \(runs.count.counted("run"))"
    return ValidationChart(
      title: title, subtitle: subtitle,
      description: "Measured iteration times, each above its prediction, and their differences. "
        + subtitle.joined(separator: ". ") + ".",
      timeUnit: times.people?.rawValue ?? "",
      runs: runs.map { line in
        ValidationChart.Run(
          name: line.run, measured: times.value(line.measured), predicted: times.value(line.predicted),
          side: isCalibrated ? (line.holdout ? .heldOut : .fitted) : nil)
      },
      allowed: allowed)
  }
}

extension ErrorSummary {
  /// The figures in words.
  fileprivate var words: String {
    "\(count.counted("run")), error \(mean.percent) on average, \(median.percent) median, \(worst.percent) at worst"
  }
}
