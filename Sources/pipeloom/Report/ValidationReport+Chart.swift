import Diagrams
import Measurement
import PipelineModel
import ScheduleStudies

extension ValidationReport {
  /// Each run above its prediction.
  ///
  /// - Parameters:
  ///   - name: what the runs come from.
  ///   - allowed: the error up to which predictions are good enough, where the user says it.
  func chart(named name: String, allowed: Double?) -> ValidationChart {
    let isCalibrated = isFitted
    let count = runs.count { !$0.holdout }
    var subtitle = [
      trials != nil
        ? "Calibrated on \(count.counted("run")): \(calibration.texts(times).joined(separator: " and "))"
        : isFitted ? "Measured on \(count.counted("run"))" : "Nothing calibrated"
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

extension ValidationReport {
  /// One iteration as it ran, above the same as predicted.
  func chart(of outcome: Validation.Outcome, _ iteration: MeasuredIteration) -> ComparisonChart {
    var chart = ComparisonChart([
      (title: "Measured", timeline: outcome.timeline), (title: "Predicted", timeline: outcome.timeline),
    ])
    chart.title = "Validation · \(outcome.run.name)\(outcome.run.isHeldOut ? ", held out" : "")"
    for (index, lane) in chart.bands[0].lanes.enumerated() {
      let operations = iteration.devices[lane.device?.index ?? index]
      for (position, measured) in operations.enumerated() {
        chart.bands[0].lanes[index].bars[position].start = measured.span.start
        chart.bands[0].lanes[index].bars[position].end = measured.span.end
        chart.bands[1].lanes[index].bars[position].observedStart = measured.span.start
      }
      chart.bands[0].lanes[index].optimizerStep = nil
    }
    chart.bands[0].figures = "iteration \(times.text(outcome.run.measured))"
    chart.bands[1].figures = "iteration \(times.text(outcome.predicted)) (\(outcome.error.signedPercent))"
    if let starts = outcome.startDifferences.map(Starts.init) {
      chart.bands[1].figures += " · \(starts.words(times))"
    }
    return chart
  }
}

extension ErrorSummary {
  /// The figures in words.
  fileprivate var words: String {
    "\(count.counted("run")), error \(mean.percent) on average, \(median.percent) median, \(worst.percent) at worst"
  }
}
