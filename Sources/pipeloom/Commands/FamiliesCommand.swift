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
    let peakMemory: String
    let idle: String
    let source: String
  }

  func run() throws {
    if json {
      let lines = Families.all.map {
        Line(
          name: $0.name, title: $0.title, purpose: $0.purpose, peakMemory: $0.peakFormula,
          idle: $0.idleFormula, source: $0.source)
      }
      return try StandardOutput.write(MachineReport.json(lines))
    }
    var table = TextTable([
      ("family", .left), ("peak memory", .left), ("idle time of a device", .left), ("what it is for", .left),
    ])
    for family in Families.all {
      table.add([family.name, family.peakFormula, family.idleFormula, family.purpose])
    }
    try StandardOutput.write(
      table.text + """

          p devices, m microbatches, F, B, W: the times of one stage. Peaks count the activations of one
          microbatch on one stage. Formulas hold for equal stages without communication, those of the
          zero-bubble families for m >= p (zb-h1) and m >= 2p-1 (zb-h2).

        """)
  }
}
