import PipelineModel

/// A problem whose stages have modes, with the least makespans over all choices of modes and all orders.
///
/// Proved with OR-tools CP-SAT 9.15 on 2026-11-25, and the schedules timed again by a program that shares no code with
/// this one. Transfers take whole numbers of time there, and no less than here.
struct ModeOptimum {
  let name: String
  let problem: Problem
  /// With one mode number for all stages, one mode for each stage, and one for each microbatch on each stage: the value,
  /// and whether it is proved to be least.
  let values: [Mode.Extent: (value: Double, isProved: Bool)]

  /// The problem with another extent of its choice.
  func problem(per extent: Mode.Extent) throws -> Problem {
    var instance = problem.instance
    instance.modesPer = extent
    return try Problem(instance)
  }

  static func all() throws -> [ModeOptimum] {
    var blocks: [[Substring]] = []
    for line in table.split(separator: "\n") {
      if line.hasPrefix(" ") { blocks[blocks.count - 1].append(line) } else { blocks.append([line]) }
    }
    return try blocks.map(ModeOptimum.init)
  }

  private init(_ lines: [Substring]) throws {
    let facts = lines[0].split(separator: " ").map(String.init)
    func numbers(_ text: some StringProtocol) -> [Double] {
      text.split(separator: ",").compactMap { Double($0) }
    }
    let host =
      facts[6] == "-" ? nil : HostLink(bandwidth: numbers(facts[6])[0], latency: numbers(facts[6])[1])
    var devices = numbers(facts[5]).map { Device(memoryLimit: $0) }
    for index in devices.indices { devices[index].host = host }
    name = facts[0]
    problem = try Problem(
      Instance(
        devices: devices, stages: lines.dropFirst().map(Self.stage),
        microbatches: Array(repeating: Microbatch(), count: Int(facts[2]) ?? 0),
        placement: facts[3] == "v" ? .v : .sequential, communication: .uniform(Double(facts[4]) ?? 0)))
    func value(_ text: String) -> (value: Double, isProved: Bool) {
      (Double(text.replacing("?", with: "")) ?? 0, !text.hasSuffix("?"))
    }
    values = [.problem: value(facts[7]), .stage: value(facts[8]), .microbatch: value(facts[9])]
  }

  private static func stage(_ line: Substring) -> Stage {
    let parts = line.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
    let own = parts[0].compactMap(Double.init)
    var stage = Stage(
      forward: own[0], backwardInput: own[1], backwardWeight: own[2], activationForB: own[3],
      activationForW: own[4], staticMemory: own[5])
    stage.modes = parts.dropFirst().enumerated().map { number, words in
      let figures = words.dropFirst().compactMap { Double($0) }
      // Names by number: uniform choices are of one number.
      let name = "mode\(number + 1)"
      return switch words[0] {
      case "offload": Mode(name: name, offload: figures[0])
      case "recompute": Mode(name: name, checkpoint: figures[1], recompute: figures[0])
      default:
        Mode(
          name: name, backward: .split(input: figures[0], weight: own[2]), activationForB: figures[2],
          checkpoint: figures[1])
      }
    }
    return stage
  }

  /// A line of facts: name, devices, microbatches, placement, latency, limits, host, values; then one of each stage:
  /// `F`, `B`, `W`, memory for `B` and for `W`, static memory, and its modes.
  private static let table = """
    recompute-01 2 3 sequential 2 10,12 - 60 57 55
      5 6 3 6 2 2 | recompute 5 1
      4 5 3 7 2 3 | recompute 4 1
    recompute-03 3 3 sequential 0 7,8,7 - 83 65 65
      4 4 2 6 2 0 | recompute 4 1
      3 4 3 4 2 3 | recompute 3 1
      6 8 3 4 2 2 | recompute 6 1
    recompute-05 2 5 sequential 0 11,9 - 137 113 113
      5 6 3 7 3 2 | folded 11 1 7
      6 8 6 7 3 0 | folded 14 1 5
    recompute-07 4 4 sequential 1 6,6,12,11 - 191 171 171
      7 8 4 5 2 0 | folded 15 1 4
      9 11 9 4 2 1 | folded 20 1 2
      3 3 2 8 3 2 | folded 6 1 7
      8 9 7 7 3 2 | folded 17 1 6
    recompute-09 2 4 sequential 2 8,10 - 123 121 115
      9 11 5 5 2 0 | folded 14 2 5 | recompute 9 1
      7 7 6 6 2 0 | folded 9 3 6 | recompute 7 1
    recompute-11 4 4 sequential 0 9,6,12,9 - 88 88 85
      6 6 4 5 2 1 | recompute 6 1
      4 4 4 4 1 0 | recompute 4 1
      3 3 3 7 3 2 | recompute 3 1
      3 4 2 5 2 1 | recompute 3 1
    recompute-13 2 3 v 0 19,20 - 90 84 80
      4 4 3 7 3 2 | recompute 4 1
      5 6 3 6 3 3 | recompute 5 1
      3 3 2 6 3 1 | recompute 3 1
      4 4 2 5 2 1 | recompute 4 1
    recompute-15 2 4 sequential 0 8,11 - 68 68 67
      5 6 5 4 2 0 | folded 7 1 4 | folded 11 1 3
      5 6 3 4 2 3 | folded 7 1 4 | folded 11 1 4
    recompute-17 4 6 sequential 0 9,14,12,8 - 218 208 192?
      3 4 2 5 2 2 | folded 7 1 5
      9 10 6 8 3 3 | folded 19 1 6
      4 4 2 7 3 2 | folded 8 1 5
      6 5 3 6 3 0 | folded 11 1 6
    recompute-19 5 5 sequential 2 11,9,14,12,12 - 239 228 223
      8 10 7 7 2 1 | folded 18 1 5
      9 11 7 4 2 3 | folded 20 1 3
      5 5 4 8 3 2 | folded 10 1 6
      8 8 7 6 2 3 | folded 16 1 5
      3 3 2 8 4 0 | folded 6 1 6
    offload-01 2 3 sequential 2 12,12 1,0 90 72 72
      5 5 3 8 3 1 | offload 6
      7 8 5 8 4 1 | offload 6
    offload-03 3 4 sequential 0 8,11,9 2,0 136 120 120
      5 5 5 5 2 2 | offload 4
      3 3 2 8 3 1 | offload 6
      9 9 9 6 3 1 | offload 4
    offload-05 3 3 sequential 1 8,10,11 3,1 134 134 134
      3 3 2 7 3 0 | offload 3
      8 8 8 7 3 2 | offload 6
      7 9 6 7 3 3 | offload 3
    offload-07 3 4 sequential 0 11,9,13 2,0 138 126 126
      7 8 5 8 3 0 | offload 4 | offload 6
      3 3 2 4 1 3 | offload 2 | offload 2
      9 12 8 7 2 3 | offload 2 | offload 4
    offload-09 2 3 v 2 18,17 2,0 143? 138 138
      8 8 5 5 2 3 | offload 4
      3 3 2 5 2 0 | offload 2
      7 6 7 6 2 3 | offload 4
      9 10 6 5 2 2 | offload 4
    offload-11 2 4 sequential 2 7,6 1,0 95 90 86
      6 6 4 5 2 1 | recompute 6 1 | offload 4
      5 5 3 5 2 0 | recompute 5 1 | offload 3
    offload-13 3 4 sequential 1 11,6,7 1,0 141 137 130
      8 8 6 7 3 2 | folded 16 1 5 | offload 3
      6 8 6 4 2 1 | folded 14 1 4 | offload 2
      4 5 4 5 2 1 | folded 9 1 5 | offload 2
    """
}
