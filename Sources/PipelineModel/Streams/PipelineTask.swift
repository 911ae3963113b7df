/// Named work outside `F`, `B` and `W`: an encoder, a reduction, an optimizer's shard.
public struct PipelineTask: Hashable, Sendable {
  /// What there is a copy for.
  public enum Extent: String, Hashable, Sendable, CaseIterable {
    case microbatch
    case stage
    case device
  }

  /// Where its copies may run.
  public enum Hosts: Hashable, Sendable {
    /// On the stage's host, or on the device that the copy is for.
    case own
    /// On one of these.
    case listed([Device.ID])
    /// On any device.
    case any
  }

  /// Operations or a task that it needs or feeds.
  public enum Reference: Hashable, Sendable {
    /// `F`, `B` or `W`, or the last two of them at once, of a stage, or of the own one; of a microbatch, or of the own
    /// one or all.
    case passes([Operation.Kind], stage: Int?, microbatch: Int?)
    /// All copies of another task, or the copy for the same microbatch.
    case task(String)
  }

  /// What files and diagrams call it.
  public var name: String
  /// What there is a copy for; `nil` for a single one.
  public var extent: Extent?
  /// Where its copies may run.
  public var hosts: Hosts
  /// How long a copy takes, in the problem's time unit, for a microbatch of scale 1 on a device of speed 1.
  public var time: Double
  /// The position of its stream among the problem's.
  public var stream: Int
  /// In how many equal parts a copy may be taken apart.
  public var pieces: Int
  /// What must have ended before it.
  public var needs: [Reference]
  /// What must wait for its end.
  public var feeds: [Reference]
  /// Whether it works for the next iteration: what it feeds lies there.
  public var isAhead: Bool
  /// Held on its device from its start until what waits for it there has ended, or else until its own end; each piece holds
  /// its share.
  public var memory: Double

  /// Describes a task.
  public init(
    _ name: String, per extent: Extent? = nil, on hosts: Hosts, time: Double, stream: Int = 0,
    pieces: Int = 1, needs: [Reference] = [], feeds: [Reference] = [], isAhead: Bool = false,
    memory: Double = 0
  ) {
    self.name = name
    self.extent = extent
    self.hosts = hosts
    self.time = time
    self.stream = stream
    self.pieces = pieces
    self.needs = needs
    self.feeds = feeds
    self.isAhead = isAhead
    self.memory = memory
  }
}

extension PipelineTask.Reference {
  /// Reads a reference as files write it: `2F5`, `2F`, `W`, or the name of a task.
  public init(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let rest = text.dropFirst(digits.count)
    let letters = rest.prefix { !$0.isNumber }
    let number = rest.dropFirst(letters.count)
    let kinds: [String: [Operation.Kind]] = [
      "F": [.forward], "B": [.backwardInput], "W": [.backwardWeight],
      "BW": [.backwardInput, .backwardWeight],
    ]
    guard let passes = kinds[String(letters)], number.allSatisfy({ $0.isASCII && $0.isNumber }),
      digits.isEmpty || Int(digits) != nil, number.isEmpty || Int(number) != nil
    else {
      self = .task(text)
      return
    }
    self = .passes(passes, stage: Int(digits), microbatch: Int(number))
  }

  /// The reference as files write it.
  public var text: String {
    switch self {
    case .task(let name): name
    case .passes(let kinds, let stage, let microbatch):
      (stage.map(String.init) ?? "") + kinds.map(\.symbol).joined() + (microbatch.map(String.init) ?? "")
    }
  }
}
