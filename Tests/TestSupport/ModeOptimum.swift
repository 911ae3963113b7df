import PipelineModel

/// Problems with modes and proved least makespans, each with orders that reach it, as plain facts.
///
/// Source: the project's reference study of recompute and offload, reference/modes/instances-shown.json: CP-SAT optima
/// (OR-Tools 9.15) of 2026-11-25 with whole-numbered times, whose orders a program of the study has timed again. Backward
/// passes are all in two.
public struct ModeOptimum: Sendable {
  /// The name of the problem in the study.
  public let id: String
  /// Among which modes the value is least: mode 0 (`plainOnly`), one number for all stages (`uniform`), `perStage`,
  /// `perMicrobatch`; several where one answer is that of all.
  public let targets: [String]
  /// The problem, in the modes of the orders.
  public let problem: Problem
  /// Orders that take the value.
  public let orders: Orders
  /// The makespan.
  public let value: Double
  /// Whether no less is possible.
  public let isProved: Bool

  /// All rows.
  public static func all() throws -> [ModeOptimum] {
    var reader = TableReader()
    for line in table.split(separator: "\n") { try reader.read(line.split(separator: " ")) }
    try reader.endTarget()
    return reader.found
  }
}

/// The table as it is read, line by line.
private struct TableReader {
  private(set) var found: [ModeOptimum] = []
  private var head: [Substring] = []
  private var stages: [Stage] = []
  private var target: [Substring] = []
  private var orders: [[Operation]] = []

  mutating func read(_ line: [Substring]) throws {
    let figures = Dictionary(
      uniqueKeysWithValues: line.compactMap { part in
        part.firstIndex(of: "=").map { (part[..<$0], part[part.index(after: $0)...]) }
      })
    func number(_ key: Substring) -> Double? { figures[key].flatMap { Double($0) } }
    switch line[0] {
    case "problem":
      try endTarget()
      (head, stages) = (line, [])
    case "stage":
      stages.append(
        Stage(
          forward: number("forward") ?? .nan, backwardInput: number("backwardInput") ?? .nan,
          backwardWeight: number("backwardWeight") ?? .nan, activationForB: number("activationForB") ?? .nan,
          activationForW: number("activationForW") ?? .nan, staticMemory: number("static") ?? .nan))
    case "mode":
      var mode = Mode(name: String(figures["name"] ?? ""), recompute: number("recompute"))
      if case .split(let input, let weight) = stages[stages.count - 1].backward,
        let folded = number("backwardInput")
      {
        mode.backward = .split(input: folded, weight: number("backwardWeight") ?? weight)
        precondition(folded >= input)
      }
      mode.activationForB = number("activationForB")
      mode.checkpoint = number("checkpoint")
      mode.offload = number("offload") ?? 0
      stages[stages.count - 1].modes.append(mode)
    case "target":
      try endTarget()
      target = line
    default: orders.append(line.dropFirst().map(Self.operation))
    }
  }

  mutating func endTarget() throws {
    guard !target.isEmpty else { return }
    func numbers(_ text: Substring) -> [Double] { text.split(separator: ",").compactMap { Double($0) } }
    let host = head[6] == "-" ? nil : numbers(head[6])
    let devices = numbers(head[5]).map {
      Device(memoryLimit: $0, host: host.map { HostLink(bandwidth: $0[0], latency: $0[1]) })
    }
    let modes = target[4].split(separator: "/").map { $0.compactMap(\.wholeNumberValue) }
    let lists = modes[0].indices.map { microbatch in modes.map { $0[microbatch] } }
    let instance = Instance(
      devices: devices, stages: stages,
      microbatches: Array(repeating: Microbatch(), count: Int(numbers(head[3])[0])),
      placement: head[2] == "v" ? .v : .sequential, communication: .uniform(numbers(head[4])[0]),
      modesPer: target[1].contains("perMicrobatch") ? .microbatch : .stage)
    found.append(
      ModeOptimum(
        id: String(head[1]), targets: target[1].split(separator: ",").map { String($0) },
        problem: try Problem(instance, modes: ModeChoice(lists)), orders: Orders(orders),
        value: numbers(target[2])[0], isProved: target[3] == "optimal"))
    (target, orders) = ([], [])
  }

  /// Reads `F0.1`: a kind, a stage and a microbatch.
  private static func operation(_ text: Substring) -> Operation {
    let parts = text.drop { $0.isLetter }.split(separator: ".").compactMap { Int($0) }
    let symbol = String(text.prefix { $0.isLetter })
    guard parts.count == 2, let kind = Operation.Kind.allCases.first(where: { $0.symbol == symbol }) else {
      preconditionFailure("\(text) is no operation")
    }
    return Operation(kind, stage: Stage.ID(parts[0]), microbatch: Microbatch.ID(parts[1]))
  }
}
