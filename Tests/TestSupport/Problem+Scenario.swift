import PipelineModel

extension Problem {
  /// The problem that a scenario makes of this one, written out: each pass of each microbatch with a factor of its own,
  /// each link with a latency of its own.
  ///
  /// - Parameters:
  ///   - factor: of `F`, `B` or `W` of a microbatch on a stage; above 0.
  ///   - latency: from one device to another, without the time that bandwidths make.
  public func under(
    factor: (Operation.Kind, Stage.ID, Microbatch.ID) -> Double,
    latency: ((_ from: Device.ID, _ to: Device.ID, _ own: Double) -> Double)? = nil
  ) throws -> Problem {
    var parts = ProblemParts(of: self)
    for index in microbatches.indices {
      let scale = microbatches[index].scale
      func scaled(_ own: PerStage, _ kind: Operation.Kind) -> PerStage {
        own.map(count: stageCount) { number, stage in number * factor(kind, stage, Microbatch.ID(index)) }
      }
      parts.microbatches[index].scale = Microbatch.Scale(
        forward: scaled(scale.forward, .forward), backwardInput: scaled(scale.backwardInput, .backwardInput),
        backwardWeight: scaled(scale.backwardWeight, .backwardWeight))
    }
    if let latency {
      let devices = devices.indices.map { Device.ID($0) }
      let rows = devices.map { from in
        devices.map { to in
          from == to
            ? 0
            : latency(
              from, to,
              communication.latency(from: from, to: to) - communication.transfer(from: from, to: to))
        }
      }
      switch communication {
      case .uniform, .matrix: parts.communication = .matrix(rows)
      case .links(var links):
        links.latency = rows
        parts.communication = .links(links)
      }
    }
    return try parts.problem()
  }
}
