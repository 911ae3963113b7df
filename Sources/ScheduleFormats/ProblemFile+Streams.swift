import PipelineModel

/// Streams, phases and tasks.
extension ProblemFile {
  /// Reads a time that may be told in phases: all of them together.
  static func time(
    _ node: DocumentNode, expecting expected: String = "a number"
  ) throws(FormatError) -> Double {
    guard case .sequence(let nodes) = node.content, !nodes.isEmpty else {
      return try node.number(expecting: expected)
    }
    return try node.list(phase).reduce(0) { $0 + $1.time }
  }

  /// A phase as a file tells it.
  private struct StatedPhase {
    var time: Double
    /// `nil` for the compute stream.
    var stream: DocumentNode?
  }

  private static func phase(_ node: DocumentNode) throws(FormatError) -> StatedPhase {
    guard case .mapping = node.content else {
      return StatedPhase(time: try node.number(expecting: "a number, or a mapping with time and stream"))
    }
    let keys = try KnownMapping(
      node, keys: Keys.phase, expecting: "a number, or a mapping with time and stream")
    let time = try keys.requiredNumber("time")
    return StatedPhase(
      time: time, stream: try keys.optional("stream") { (node) throws(FormatError) in node })
  }

  /// The problem with its streams and tasks, where there are any.
  ///
  /// - Parameters:
  ///   - root: the document.
  ///   - entry: the entry of the document's list that stands for a stage; `nil` where there are layers.
  static func withStreams(
    _ plain: Problem, _ root: DocumentNode, _ keys: KnownMapping, entry: ((Int) -> Int)?,
    judged: (() throws(ProblemError) -> Problem) throws(FormatError) -> Problem
  ) throws(FormatError) -> Problem {
    let streams = try keys.optional("streams") { (node) throws(FormatError) in
      try node.list(expecting: "a list of names") { (node) throws(FormatError) in try node.text() }
    }
    let listed = streams ?? [StreamedProblem.computeStream]
    let names = StreamedProblem.streams(listed, over: plain)
    var phases = plain.stages.map { StagePhases(of: $0) }
    if let entry {
      for stage in phases.indices {
        guard let node = root["stages"]?[entry(stage)] else { continue }
        do throws(FormatError) { try read(node, into: &phases[stage], streams: names) } catch {
          throw error.within(.index(entry(stage))).within(.name("stages"))
        }
      }
    }
    let tasks = try keys.optional("tasks") { (node) throws(FormatError) in
      try node.list(expecting: "a list of tasks") { (node) throws(FormatError) in
        try task(node, streams: names)
      }
    }
    guard streams != nil || tasks != nil || !phases.allSatisfy(\.arePlain) else { return plain }
    return try judged { () throws(ProblemError) in
      try StreamedProblem(
        plain, streams: listed, phases: phases, tasks: tasks ?? []
      ).lowered()
    }
  }

  /// Checks that nothing is said of streams, phases and tasks where they would not be read.
  static func checkWithoutStreams(
    _ root: DocumentNode, _ keys: KnownMapping, _ reason: (String) -> FormatError.Reason
  ) throws(FormatError) {
    if let key = ["streams", "tasks"].first(where: keys.has) {
      throw root.error(reason(key)).within(.name(key))
    }
    guard case .sequence(let stages)? = root["stages"]?.content else { return }
    for (index, stage) in stages.enumerated() {
      for key in Keys.phased {
        guard let node = stage[key], case .sequence = node.content else { continue }
        throw node.error(reason("phases")).within(.name(key)).within(.index(index)).within(.name("stages"))
      }
    }
  }

  private static func read(
    _ node: DocumentNode, into phases: inout StagePhases, streams: [String]
  ) throws(FormatError) {
    func list(_ key: String) throws(FormatError) -> [Phase]? {
      guard let node = node[key], case .sequence(let nodes) = node.content else { return nil }
      var phases: [Phase] = []
      for (index, node) in nodes.enumerated() {
        do { phases.append(try phase(node, of: streams)) } catch {
          throw error.within(.index(index)).within(.name(key))
        }
      }
      return phases
    }
    let (input, whole) = (try list("backwardInput"), try list("backward"))
    phases.forward = try list("forward") ?? phases.forward
    phases.backwardInput = input ?? whole ?? phases.backwardInput
    phases.backwardWeight = try list("backwardWeight") ?? phases.backwardWeight
  }

  private static func phase(_ node: DocumentNode, of streams: [String]) throws(FormatError) -> Phase {
    let stated = try phase(node)
    guard let name = stated.stream else { return Phase(stated.time) }
    do { return Phase(stated.time, stream: try stream(name, of: streams)) } catch {
      throw error.within(.name("stream"))
    }
  }

  private static func stream(_ node: DocumentNode, of streams: [String]) throws(FormatError) -> Int {
    let name = try node.text()
    guard let number = streams.firstIndex(of: name) else {
      throw node.error(.unknownStream(name, known: streams))
    }
    return number
  }

  private static func task(_ node: DocumentNode, streams: [String]) throws(FormatError) -> PipelineTask {
    let keys = try KnownMapping(node, keys: Keys.task, expecting: "a task")
    let extent = try keys.optional("per") { (node) throws(FormatError) in
      let name = try node.text()
      guard let extent = PipelineTask.Extent(rawValue: name) else {
        throw node.unexpected(PipelineTask.Extent.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return extent
    }
    let hosts = try keys.optional("devices") { (node) throws(FormatError) -> PipelineTask.Hosts in
      if case .string("any") = node.content { return .any }
      guard case .sequence = node.content else {
        return .listed([try device(node, expecting: "a device, a list of devices, or any")])
      }
      return .listed(
        try node.list { (node) throws(FormatError) in try device(node, expecting: "a device") })
    }
    func references(_ key: String) throws(FormatError) -> [PipelineTask.Reference] {
      try keys.optional(key) { (node) throws(FormatError) in
        try node.list(expecting: "a list of operations and tasks") { (node) throws(FormatError) in
          PipelineTask.Reference(try node.text())
        }
      } ?? []
    }
    return PipelineTask(
      try keys.required("name") { (node) throws(FormatError) in try node.text() }, per: extent,
      on: hosts ?? .own, time: try keys.requiredNumber("time"),
      stream: try keys.optional("stream") { (node) throws(FormatError) in
        try stream(node, of: streams)
      } ?? 0,
      pieces: try keys.optional("pieces") { (node) throws(FormatError) in
        try node.count(in: ProblemRules.counts)
      } ?? 1,
      needs: try references("needs"), feeds: try references("feeds"),
      isAhead: try keys.flag("ahead") ?? false, memory: try keys.number("memory") ?? 0)
  }
}

extension ProblemFile {
  /// Appends the streams and the tasks of a problem, where there are any.
  static func writeStreams(of written: StreamedProblem, to writer: inout JSONWriter, indentation: Int) {
    if written.streams != [StreamedProblem.computeStream] {
      writer.key("streams", indentation: indentation)
      writer.list(written.streams) { $0.string($1) }
    }
    guard !written.tasks.isEmpty else { return }
    writer.key("tasks", indentation: indentation)
    writer.lines(written.tasks, indentation: indentation) { write($1, streams: written.streams, to: &$0) }
  }

  private static func write(_ task: PipelineTask, streams: [String], to writer: inout JSONWriter) {
    writer.raw("{\"name\": ")
    writer.string(task.name)
    if let extent = task.extent {
      writer.raw(", \"per\": ")
      writer.string(extent.rawValue)
    }
    switch task.hosts {
    case .own: break
    case .any: writer.raw(", \"devices\": \"any\"")
    case .listed(let devices):
      writer.raw(", \"devices\": ")
      writer.list(devices) { $0.integer($1.rawValue) }
    }
    writer.raw(", \"time\": ")
    writer.number(task.time)
    if task.stream > 0 {
      writer.raw(", \"stream\": ")
      writer.string(streams[task.stream])
    }
    if task.pieces > 1 {
      writer.raw(", \"pieces\": ")
      writer.integer(task.pieces)
    }
    for (name, references) in [("needs", task.needs), ("feeds", task.feeds)] where !references.isEmpty {
      writer.raw(", ")
      writer.string(name)
      writer.raw(": ")
      writer.list(references) { $0.string($1.text) }
    }
    if task.isAhead { writer.raw(", \"ahead\": true") }
    if task.memory > 0 {
      writer.raw(", \"memory\": ")
      writer.number(task.memory)
    }
    writer.raw("}")
  }

  /// Appends a time: a number, or a list with one entry a phase.
  static func write(_ phases: [Phase], streams: [String], to writer: inout JSONWriter) {
    if phases.count == 1, phases[0].stream == 0 { return writer.number(phases[0].time) }
    writer.list(phases) { writer, phase in
      guard phase.stream > 0 else { return writer.number(phase.time) }
      writer.raw("{\"time\": ")
      writer.number(phase.time)
      writer.raw(", \"stream\": ")
      writer.string(streams[phase.stream])
      writer.raw("}")
    }
  }
}
