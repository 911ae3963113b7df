import PipelineModel

/// Fits the times that runs lack: those with which the mean of |predicted / measured - 1| is least.
///
/// The error of one run bends both ways, so that the sum may have several valleys. The gap is the best of those with which
/// some run takes what it took, and of 129 equally far from each other, made better by a golden section between its two
/// neighbours; the step that goes with a gap is a weighted median, and exact. The same runs always have the same fit.
struct CalibrationFit {
  private let runs: [ValidationRun]

  /// Into how many equal parts the gaps are divided.
  private static let parts = 128
  /// How often the golden section cuts what is left of two parts: to a millionth of one.
  private static let cuts = 30
  /// Fitted times are whole multiples of the power of ten that is no more than this part of the largest in question.
  private static let precision = 1e-5

  /// Takes the runs to fit on.
  init(_ runs: [ValidationRun]) { self.runs = runs }

  /// Fits the times that are asked for.
  ///
  /// - Throws: `ValidationRefusal` when a run cannot be timed.
  /// - Complexity: O(problems x bends + (200 + runs) x runs x log runs).
  func calibration(of terms: Calibration.Terms) throws(ValidationRefusal) -> Calibration {
    guard terms != .none else { return Calibration() }
    let most = terms.fitsGap ? try largestGap() : 0
    var curves: [RunCurve] = []
    for run in runs { curves.append(try RunCurve(run, upTo: most)) }
    var gap = 0.0
    if most > 0 {
      let parts = (0...Self.parts).map { most * Double($0) / Double(Self.parts) }
      let places = (parts + curves.compactMap(\.gapOfMeasured)).sorted()
      gap = Self.least(at: places) { Self.error(curves, gap: $0, fitsStep: terms.fitsStep) }
      gap = Self.rounded(gap, asPartOf: most)
    }
    return Calibration(
      gap: terms.fitsGap ? gap : nil, step: terms.fitsStep ? Self.step(curves, gap: gap) : nil)
  }

  /// A gap with which no run takes less than was measured, if any gap does so: a larger one only adds errors. It is less
  /// than twice the least such gap, as far as curves are straight.
  private func largestGap() throws(ValidationRefusal) -> Double {
    var short: [(run: ValidationRun, lacking: Double)] = []
    var most = 0.0
    for run in runs {
      let time = try RunCurve.time(of: run, gap: 0)
      let lacking = run.measured - time
      guard lacking > 0 else { continue }
      // One gap at least lies on the longest path, unless gaps do not matter to this run.
      let slope = (try RunCurve.time(of: run, gap: lacking) - time) / lacking
      guard slope > 0 else { continue }
      short.append((run, lacking))
      most = max(most, lacking / slope)
    }
    let limit = short.map(\.lacking).max() ?? 0
    for (run, _) in short {
      while most < limit, try RunCurve.time(of: run, gap: most) < run.measured { most = min(2 * most, limit) }
    }
    return most
  }

  /// The mean error with a gap, and with the step that goes best with it.
  private static func error(_ curves: [RunCurve], gap: Double, fitsStep: Bool) -> Double {
    let step = fitsStep ? median(curves, gap: gap) : 0
    let errors = curves.map { abs(($0.time(gap: gap) + step) / $0.measured - 1) }
    return errors.reduce(0, +) / Double(curves.count)
  }

  /// Where a function is least: at one of the places, or between its neighbours.
  private static func least(at places: [Double], of value: (Double) -> Double) -> Double {
    let values = places.map(value)
    guard let best = values.indices.min(by: { (values[$0], $0) < (values[$1], $1) }) else { return 0 }
    var (low, high) = (places[max(0, best - 1)], places[min(places.count - 1, best + 1)])
    let ratio = (5.0.squareRoot() - 1) / 2
    for _ in 0..<cuts {
      let (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
      if value(left) <= value(right) { high = right } else { low = left }
    }
    let found = (low + high) / 2
    return value(found) < values[best] ? found : places[best]
  }

  private static func step(_ curves: [RunCurve], gap: Double) -> Double {
    let largest = curves.map { $0.measured - $0.time(gap: gap) }.max() ?? 0
    return largest > 0 ? rounded(median(curves, gap: gap), asPartOf: largest) : 0
  }

  /// What runs lack, one counting the more the shorter it is: the median, and never below 0.
  ///
  /// A step adds to every makespan what it takes itself, so that this is the best of all.
  private static func median(_ curves: [RunCurve], gap: Double) -> Double {
    let lacking = curves.map { (time: $0.measured - $0.time(gap: gap), weight: 1 / $0.measured) }
      .sorted { $0.time < $1.time }
    let half = lacking.reduce(0) { $0 + $1.weight } / 2
    var weight = 0.0
    for (time, own) in lacking {
      weight += own
      if weight >= half { return max(0, time) }
    }
    return 0
  }

  /// A time as a decimal number of few places.
  private static func rounded(_ time: Double, asPartOf largest: Double) -> Double {
    var (places, scaled) = (0, largest * precision)
    while scaled < 1, places < 15 { (places, scaled) = (places + 1, scaled * 10) }
    let power = (0..<places).reduce(1.0) { product, _ in product * 10 }
    let rounded = (time * power).rounded() / power
    return rounded < ProblemRules.smallestNumber ? 0 : rounded
  }
}
