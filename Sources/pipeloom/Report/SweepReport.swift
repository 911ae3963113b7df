import PipelineModel

/// What each memory limit of a sweep buys, for people and for machines.
struct SweepReport: Encodable {
  /// One limit.
  struct Line: Encodable {
    /// The limit as a multiple of 1F1B's peak, and in the problem's memory unit.
    let multiple: Double
    let memoryLimit: Double
    /// The best value found and its bubble; `nil` where no schedule fits.
    let value: Double?
    let bubble: Double?
    /// The bound and the bubble that it leaves.
    let lowerBound: Double?
    let boundBubble: Double?
    let gap: Double?
    /// The least limit that would do, where this one does not.
    let leastLimit: Double?
  }

  let problem: String
  let objective: Objective
  let lines: [Line]

  private enum CodingKeys: String, CodingKey {
    case problem, objective, lines
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(problem, forKey: .problem)
    try container.encode(objective.rawValue, forKey: .objective)
    try container.encode(lines, forKey: .lines)
  }

  /// The report for a person.
  var text: TerminalText {
    var table = TextTable([
      ("limit", .right), ("memory", .right), (objective.rawValue, .right),
      ("\(objective.rawValue)Bubble", .right),
      ("lowerBound", .right), ("gap", .right),
    ])
    for line in lines {
      if let value = line.value, let bubble = line.bubble {
        table.add([
          "\(line.multiple.short)x", line.memoryLimit.short, value.short, bubble.percent,
          line.lowerBound?.short ?? "", line.gap?.percent ?? "",
        ])
      } else {
        table.add([
          "\(line.multiple.short)x", line.memoryLimit.short,
          "needs \(line.leastLimit?.short ?? "more")", "", "", "",
        ])
      }
    }
    return table.text
  }
}
