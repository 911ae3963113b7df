import PipelineModel

/// Bounds where tasks may run on several devices: they hold wherever these run.
extension LowerBound {
  /// The better of two: what holds where such tasks hinder nothing, and what devices have to do together.
  ///
  /// - Parameter prove: a bound on a problem without a choice.
  static func whereverTasksRun(in problem: Problem, _ prove: (Problem) -> LowerBound) -> LowerBound {
    let apart = problem.withTasksApart.map { apart -> LowerBound in
      let bound = prove(apart)
      return LowerBound(
        value: bound.value, argument: .tasksApart(bound), scope: bound.scope, mayRise: bound.mayRise)
    }
    return problem.sharedByTasks.reduce(apart ?? .nothing) { $1.value > $0.value ? $1 : $0 }
  }
}

extension Problem {
  /// What the devices have to do together that tasks may choose among, stream by stream.
  ///
  /// Whatever is chosen, the work of these devices adds up to the same, each counted by its speed: some device has at least
  /// its share.
  fileprivate var sharedByTasks: [LowerBound] {
    guard let layout, let alone = try? with(optimizerStep: 0) else { return [] }
    let written = layout.written
    let work = alone.deviceWork
    return written.streams.indices.compactMap { stream in
      let open = written.tasks.filter { $0.stream == stream }.compactMap { $0.choice(in: written.plain) }
      let devices = Set(open.joined()).sorted()
      guard !devices.isEmpty else { return nil }
      let own = devices.map { layout.device($0, stream: stream).index }
      let speeds = own.map { self.devices[$0].speed }
      let all = zip(own, speeds).reduce(0) { $0 + work[$1.0] * $1.1 }
      return LowerBound(
        value: all / speeds.reduce(0, +) + tail,
        argument: .sharedTasks(own.map { Device.ID($0) }))
    }
  }
}
