/// A piece of work of a program, in the words of the problem file: a pass, a phase of one, its message, or a task.
public enum ProgramWork: Hashable, Sendable {
  /// A pass of a stage, or one of its phases.
  case pass(Operation, phase: Int? = nil)
  /// A task, or a copy or a piece of one.
  case task(String, copy: Int? = nil, piece: Int? = nil)
  /// The message of a pass for another stage, where messages occupy a stream.
  case message(Operation, to: Stage.ID)
}

/// That a stream of a device goes on only when work of another stream of the device has ended.
public struct StreamWait: Hashable, Sendable {
  /// The stream that waits; `nil` for the compute stream.
  public var stream: String?
  /// What it waits for.
  public var work: ProgramWork
  /// Whether that is of the iteration before, as it works ahead: the first iteration waits for nothing.
  public var isAhead: Bool

  /// Describes a wait.
  public init(of stream: String?, for work: ProgramWork, isAhead: Bool = false) {
    self.stream = stream
    self.work = work
    self.isAhead = isAhead
  }
}

/// What work makes for other work that waits for it, where one of them is a task.
public struct WorkResult: Hashable, Sendable {
  /// What makes it.
  public var producer: ProgramWork
  /// What needs it.
  public var consumer: ProgramWork
  /// Whether that is of the next iteration.
  public var isAhead: Bool

  /// Describes what is handed over.
  public init(of producer: ProgramWork, for consumer: ProgramWork, isAhead: Bool = false) {
    self.producer = producer
    self.consumer = consumer
    self.isAhead = isAhead
  }
}

extension ProgramWork: CustomStringConvertible {
  /// The work as reports name it: `F(stage 2, microbatch 5)`, with its phase, or `TASK(reduce, copy 2)`.
  public var description: String {
    func listed(_ numbers: [(String, Int?)]) -> String {
      numbers.map { name, number in number.map { ", \(name) \($0)" } ?? "" }.joined()
    }
    switch self {
    case .pass(let operation, let phase):
      return operation.description.dropLast() + listed([("phase", phase)]) + ")"
    case .task(let name, let copy, let piece):
      return "TASK(\(name.shortened)" + listed([("copy", copy), ("piece", piece)]) + ")"
    case .message(let pass, let receiver): return "\(pass) to stage \(receiver)"
    }
  }
}

extension StreamWait: CustomStringConvertible {
  /// The wait as reports name it: `WAIT(F(stage 2, microbatch 5))`.
  public var description: String { "WAIT(\(work)\(isAhead ? " of the iteration before" : ""))" }
}

extension WorkResult: CustomStringConvertible {
  /// What is handed over, as reports name it.
  public var description: String { "\(producer) for \(consumer)\(isAhead ? " of the next iteration" : "")" }
}
