import ArgumentParser
import ScheduleFamilies

/// `pipeloom families`: what can be generated.
struct FamiliesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "families",
    abstract: "Lists the named families with their memory peak and idle time in closed form.")

  @Flag(help: "Print JSON instead of text.")
  var json = false

  /// One family, for machines.
  private struct Line: Encodable {
    let name: String
    let title: String
    let purpose: String
    let layout: String
    let layoutFlags: String
    let takesGroupSize: Bool
    let peakMemory: String
    let idle: String
    let bubble: String
    let source: String
  }

  func run() throws {
    if json {
      let lines = Families.all.map {
        Line(
          name: $0.name, title: $0.title, purpose: $0.purpose, layout: $0.layout.name,
          layoutFlags: $0.layout.flags, takesGroupSize: $0.takesGroupSize, peakMemory: $0.peakFormula,
          idle: $0.idleFormula, bubble: $0.bubbleFormula, source: $0.source)
      }
      return try StandardOutput.write(MachineReport.json(lines))
    }
    var table = TextTable([
      ("family", .left), ("layout", .left), ("peak memory", .left), ("idle time", .left),
      ("what it is for", .left),
    ])
    for family in Families.all {
      table.add([
        family.name, family.layout.flags, family.peakFormula, family.idleFormula, family.purpose,
      ])
    }
    try StandardOutput.write(
      table.text + """

          p devices, m microbatches; F, B, W: the times of one stage, F&BW that of an overlapped pair. v stages
          per device, w waves of two of them; g microbatches per group (p unless --group-size says it); q pieces
          per sequence. Peaks count activations of one microbatch on one stage, idle time is that of each device.
          Formulas hold for equal stages without communication and m >= p. The flags lay a sequential problem
          out for a family; 'compare --families all PROBLEM' does so for each. docs/families.md shows them all.

        """)
  }
}
