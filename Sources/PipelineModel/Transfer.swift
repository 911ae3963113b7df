/// One message between two devices: what work of one makes and work of the other needs, or anything else.
public struct Transfer: Hashable, Sendable {
  /// What passes of stages hand over along a route.
  public enum Payload: String, Hashable, Sendable, CaseIterable {
    /// The output of `F`, for the next stage of the route.
    case activation
    /// The output of `B` or `BW`, for the stage before.
    case gradient
  }

  /// From which stage to which a message goes, and for which microbatch.
  public struct Passage: Hashable, Sendable {
    /// The microbatch that it belongs to.
    public var microbatch: Microbatch.ID
    /// The stage that makes it.
    public var source: Stage.ID
    /// The stage that needs it.
    public var destination: Stage.ID

    /// Names a microbatch and two stages.
    public init(of microbatch: Microbatch.ID, from source: Stage.ID, to destination: Stage.ID) {
      self.microbatch = microbatch
      self.source = source
      self.destination = destination
    }
  }

  /// What a message carries.
  public enum Content: Hashable, Sendable {
    /// What a pass makes for another stage.
    case output(Payload, Passage)
    /// What work makes for a task, or a task for other work.
    case result(WorkResult)
    /// Anything else, by the name that the program gives it: nothing waits for it.
    case named(String, Passage)

    /// Takes a name of a program.
    public init(name: String, _ passage: Passage) {
      self = Payload(rawValue: name).map { .output($0, passage) } ?? .named(name, passage)
    }

    /// What programs call what work makes for a task, and a task for other work.
    public static let result = "result"

    /// The name in programs.
    public var name: String {
      switch self {
      case .output(let payload, _): payload.rawValue
      case .result: Self.result
      case .named(let name, _): name
      }
    }

    /// From where to where it goes along a route; `nil` for what goes to or from a task.
    public var passage: Passage? {
      switch self {
      case .output(_, let passage), .named(_, let passage): passage
      case .result: nil
      }
    }
  }

  /// The number that the send and the receive of one message share, counted from zero over all programs.
  public var pair: Int
  /// What the message carries.
  public var content: Content
  /// The device that sends it.
  public var source: Device.ID
  /// The device that receives it.
  public var destination: Device.ID

  /// Describes a message.
  public init(pair: Int, content: Content, from source: Device.ID, to destination: Device.ID) {
    self.pair = pair
    self.content = content
    self.source = source
    self.destination = destination
  }

  /// Describes a message with what a pass makes.
  public init(
    pair: Int, _ payload: Payload, microbatch: Microbatch.ID, from source: Route.Visit,
    to destination: Route.Visit
  ) {
    self.init(
      pair: pair,
      content: .output(payload, Passage(of: microbatch, from: source.stage, to: destination.stage)),
      from: source.device, to: destination.device)
  }

  /// What a pass makes that the message carries; `nil` where it carries anything else.
  public var payload: Payload? { if case .output(let payload, _) = content { payload } else { nil } }
}

extension Transfer: CustomStringConvertible {
  /// The message as reports name it: `activation of microbatch 3, stage 0 to 1`.
  public var description: String {
    switch content {
    case .output(_, let passage), .named(_, let passage):
      "\(content.name) of microbatch \(passage.microbatch), stage \(passage.source) to \(passage.destination)"
    case .result(let result): "\(content.name) of \(result)"
    }
  }
}
