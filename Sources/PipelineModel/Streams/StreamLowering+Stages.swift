extension StreamLowering {
  /// Adds a stage with the first phase of its `F` and the last ones of its other passes, and behind it those of the
  /// other phases of its `F`, each with the phase of its `B` that undoes it where there is one.
  mutating func addStage(_ index: Int) throws(ProblemError) {
    let (stage, phases) = (plain.stages[index], written.phases[index])
    let (own, mirrored) = (Stage.ID(index), phases.areMirrored)
    func name(_ kind: Operation.Kind, _ phase: Int, of list: [Phase]) -> StreamLayout.Work {
      .pass(kind, stage: own, phase: list.count > 1 ? phase : nil)
    }
    let backwards = phases.backwardInput
    var first = stage
    first.forward = phases.forward[0].time
    first.backward = stage.backward.with(
      input: backwards.last?.time ?? 0, weight: phases.backwardWeight.last?.time ?? 0)
    first.inputs = stage.inputs?.map { last[$0.index] }
    let id = add(
      first, on: plain.hosts[index].map { device($0, phases.forward[0].stream) },
      StreamLayout.Part(
        forward: name(.forward, 0, of: phases.forward),
        backwardInput: backwards.isEmpty ? nil : name(.backwardInput, backwards.count - 1, of: backwards),
        backwardWeight: phases.backwardWeight.isEmpty
          ? nil : name(.backwardWeight, phases.backwardWeight.count - 1, of: phases.backwardWeight)),
      factors: .pass(index, .forward))
    main.append(id)
    var end = id
    for (number, phase) in phases.forward.enumerated().dropFirst() {
      let undoing = mirrored ? phases.forward.count - 1 - number : nil
      let time = undoing.map { backwards[$0].time }
      let next = Stage(
        forward: phase.time, backward: time.map { .input($0) } ?? .none, activationForB: 0, activationForW: 0)
      end = add(
        next, on: plain.hosts[index].map { device($0, phase.stream) },
        StreamLayout.Part(
          forward: name(.forward, number, of: phases.forward),
          backwardInput: undoing.map { name(.backwardInput, $0, of: backwards) }),
        factors: .pass(index, .forward))
    }
    last.append(end)
  }

  /// Adds the phases of `B` that undo none of `F`, and those of `W` but the last.
  mutating func addSidePhases(of index: Int) {
    let phases = written.phases[index]
    func add(_ list: [Phase], _ kind: Operation.Kind, before end: Precedence.End) -> [Precedence.End] {
      var ends: [Precedence.End] = []
      for (number, phase) in list.dropLast().enumerated() {
        let side = self.add(
          Stage(forward: phase.time, backward: .none, activationForB: 0, activationForW: 0, inputs: []),
          on: plain.hosts[index].map { device($0, phase.stream) },
          StreamLayout.Part(forward: .pass(kind, stage: Stage.ID(index), phase: number)),
          factors: .pass(index, kind))
        sidePhases.append((side, after: index))
        ends.append(Precedence.End(.forward, stage: side))
      }
      for (one, other) in zip(ends, ends.dropFirst() + [end]) { within(one, other) }
      return ends
    }
    let main = main[index]
    if !phases.areMirrored, phases.backwardInput.count > 1 {
      let sides = add(
        phases.backwardInput, .backwardInput, before: Precedence.End(.backwardInput, stage: main))
      within(Precedence.End(.forward, stage: last[index]), sides[0])
      for other in consumers(of: index) {
        within(Precedence.End(.backwardInput, stage: self.main[other]), sides[0])
      }
    } else if !phases.areMirrored, phases.forward.count > 1, !phases.backwardInput.isEmpty {
      let backward = Precedence.End(.backwardInput, stage: main)
      within(Precedence.End(.forward, stage: last[index]), backward)
      for other in consumers(of: index) {
        within(Precedence.End(.backwardInput, stage: self.main[other]), backward)
      }
    }
    if phases.backwardWeight.count > 1 {
      let sides = add(
        phases.backwardWeight, .backwardWeight, before: Precedence.End(.backwardWeight, stage: main))
      within(Precedence.End(.backwardInput, stage: main), sides[0])
    }
  }

  /// The stages with a backward pass that need the output of one on some route.
  private func consumers(of stage: Int) -> [Int] {
    var found = Set<Int>()
    for route in plain.routes {
      let links = RouteLinks(of: route.visits, stages: plain.stages)
      guard let position = route.visits.firstIndex(where: { $0.stage.index == stage }) else { continue }
      found.formUnion(links.outputs[position].map { route.visits[$0].stage.index })
    }
    return found.filter { plain.stages[$0].hasBackward }.sorted()
  }

  mutating func within(_ producer: Precedence.End, _ consumer: Precedence.End) {
    precedences.append(Precedence(producer, before: consumer, isWithinMicrobatch: true))
  }
}

extension Stage.Backward {
  /// The same passes with other times.
  fileprivate func with(input: Double, weight: Double) -> Stage.Backward {
    switch self {
    case .split: .split(input: input, weight: weight)
    case .input: .input(input)
    case .whole: .whole(input)
    case .none: .none
    }
  }
}
