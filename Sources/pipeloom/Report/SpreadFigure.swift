import Measurement
import PipelineModel

/// How one figure of a measured run is distributed: a row of the second table of the report.
struct SpreadFigure: Encodable {
  let figure: String
  let count: Int
  let mean: Double
  let median: Double
  let lowerQuartile: Double
  let upperQuartile: Double
  let least: Double
  let most: Double

  private init?(_ figure: String, _ spread: Spread?) {
    guard let spread else { return nil }
    self.figure = figure
    count = spread.count
    mean = spread.mean
    median = spread.median
    lowerQuartile = spread.lowerQuartile
    upperQuartile = spread.upperQuartile
    least = spread.least
    most = spread.most
  }

  /// Figures by what they are of.
  struct Tables: Encodable {
    /// Of the whole run: what the report for people shows.
    let run: [SpreadFigure]
    /// Of each direction between two devices.
    let links: [SpreadFigure]
    /// Of the ends of iterations on each stage.
    let stages: [SpreadFigure]

    init(_ profile: MeasuredProfile) {
      let gaps = Transition.allCases.map { SpreadFigure("gap \($0.rawValue)", profile.gaps[$0]) }
      let steps = profile.optimizerSteps.enumerated().map { SpreadFigure("optimizer step, device \($0)", $1) }
      run =
        ([SpreadFigure("iteration", profile.iteration)] + gaps + [SpreadFigure("latency", profile.latency)]
        + steps
        + [SpreadFigure("tail", profile.tail)]).compactMap { $0 }
      links = profile.latencies.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }.compactMap {
        SpreadFigure("device \($0.key.from) to \($0.key.to)", Spread(times: $0.value))
      }
      stages = profile.stages.enumerated().flatMap { number, stage in
        [
          SpreadFigure("first F of stage \(number)", stage.firstForward),
          SpreadFigure("last B of stage \(number)", stage.lastBackward),
        ].compactMap { $0 }
      }
    }
  }
}
