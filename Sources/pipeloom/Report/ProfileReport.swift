import Measurement
import PipelineModel

/// What recordings measured, as tables and for machines. All times are in milliseconds.
struct ProfileReport: Encodable {
  /// One kind of operation on one stage.
  struct Line: Encodable {
    let stage: Int
    let device: Int
    let op: String
    let count: Int
    /// Of those that ran as usual: what is in the problem.
    let mean: Double
    /// The median of the first F or the last B of an iteration, where it is not as usual.
    let atEnd: Double?
    let median: Double
    let lowerQuartile: Double
    let upperQuartile: Double
    let least: Double
    let most: Double
  }

  /// How long iterations took.
  struct Iteration: Encodable {
    let count: Int
    let median: Double
    let mean: Double
    let p90: Double
    let unit: String
  }

  /// Operations that took much longer than others of their kind.
  struct Stalls: Encodable {
    let stage: Int
    let op: String
    let count: Int
    let most: Double
  }

  /// Collectives, sends and copies of one name beside one stage.
  struct Collective: Encodable {
    let stage: Int
    let name: String
    let count: Int
    let mean: Double
    let median: Double
    let most: Double
  }

  /// The iterations that were left out.
  struct WarmUp: Encodable {
    let dropped: Int
    let iterations: [Int]
  }

  let devices: Int
  let microbatches: Int
  let lines: [Line]
  let iteration: Iteration?
  let gap: GapFigure?
  let communication: CommunicationFigure?
  let firstForward: [Double?]?
  let lastBackward: [Double?]?
  let optimizerStep: [Double?]?
  let tail: Double?
  let stalls: [Stalls]
  let collectives: [Collective]
  let warmup: WarmUp
  let spreads: SpreadFigure.Tables
  let remarks: [String]

  /// - Parameter skipIsAsked: whether the user said how many iterations to leave out.
  init(_ profile: MeasuredProfile, skipIsAsked: Bool) {
    devices = profile.run.deviceCount
    microbatches = profile.run.microbatchCount
    remarks = profile.remarks(skipIsAsked: skipIsAsked).map(\.description)
    let passes = profile.stages.enumerated().flatMap { index, stage in
      Operation.Kind.allCases.compactMap { kind in
        stage.passes[kind].map { (stage: index, device: stage.device.index, op: kind.symbol, pass: $0) }
      }
    }
    lines = passes.map { stage, device, op, pass in
      Line(
        stage: stage, device: device, op: op, count: pass.spread.count, mean: pass.usual, atEnd: pass.atEnd,
        median: pass.spread.median, lowerQuartile: pass.spread.lowerQuartile,
        upperQuartile: pass.spread.upperQuartile, least: pass.spread.least, most: pass.spread.most)
    }
    stalls = passes.compactMap { stage, _, op, pass in
      pass.stalls.map { Stalls(stage: stage, op: op, count: $0.count, most: $0.most) }
    }
    iteration = profile.iteration.map {
      Iteration(count: $0.count, median: $0.median, mean: $0.mean, p90: $0.quantile(0.9), unit: "ms")
    }
    gap = GapFigure(profile)
    communication = profile.communication.map(CommunicationFigure.init)
    firstForward = Self.known(profile.stages.map { $0.firstForward?.median })
    lastBackward = Self.known(profile.stages.map { $0.lastBackward?.median })
    optimizerStep = Self.known(profile.optimizerSteps.map { $0?.mean })
    tail = profile.tail?.median
    collectives = profile.transfers.map {
      Collective(
        stage: $0.stage, name: $0.name, count: $0.spread.count, mean: $0.spread.mean,
        median: $0.spread.median, most: $0.spread.most)
    }
    warmup = WarmUp(dropped: profile.run.warmUp.count, iterations: profile.run.warmUp)
    spreads = SpreadFigure.Tables(profile)
  }

  /// A list of which something is known.
  private static func known(_ figures: [Double?]) -> [Double?]? {
    figures.contains { $0 != nil } ? figures : nil
  }
}

/// The gap as problems have it: one number, or one for each transition that was measured.
enum GapFigure: Encodable {
  case uniform(Double)
  case transitions([String: Double])

  init?(_ profile: MeasuredProfile) {
    guard let gap = profile.gap else { return nil }
    if let uniform = gap.uniform {
      self = .uniform(uniform)
    } else {
      self = .transitions(
        Dictionary(uniqueKeysWithValues: profile.gaps.map { ($0.key.rawValue, $0.value.median) }))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .uniform(let gap): try container.encode(gap)
    case .transitions(let gaps): try container.encode(gaps)
    }
  }
}

/// The latency as problems have it: one number, or a matrix.
struct CommunicationFigure: Encodable {
  let communication: Communication

  init(_ communication: Communication) { self.communication = communication }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch communication {
    case .uniform(let latency): try container.encode(latency)
    case .matrix(let rows): try container.encode(rows)
    case .links(let links): try container.encode(links.latency)
    }
  }
}
