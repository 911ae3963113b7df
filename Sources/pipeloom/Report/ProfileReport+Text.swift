import PipelineModel

extension ProfileReport {
  /// The report for people.
  var text: TerminalText {
    let counts = [
      devices.counted("device"), microbatches.counted("microbatch", "microbatches"),
      (iteration?.count ?? 0).counted("iteration"), "times in ms",
    ]
    let notes = remarks.map { "  \($0)\n" as TerminalText }.joined()
    let sections =
      [operationTable.text, spreadTable.text] + (collectives.isEmpty ? [] : [collectiveTable.text])
    let tables = sections.map { "\($0)\n" as TerminalText }.joined()
    return "Trace · \(counts.joined(separator: " · "))\n\n\(tables)\(notes)"
  }

  private var operationTable: TextTable {
    var table = TextTable([
      ("stage", .right), ("device", .right), ("op", .left), ("n", .right), ("mean", .right),
      ("stalls", .right), ("at the end", .right),
      ("median", .right), ("quartiles", .left), ("range", .left),
    ])
    for line in lines {
      let stalled = stalls.first { $0.stage == line.stage && $0.op == line.op }?.count ?? 0
      table.add([
        String(line.stage), String(line.device), line.op, String(line.count), line.mean.short,
        String(stalled), line.atEnd?.short ?? "",
        line.median.short, "\(line.lowerQuartile.short)–\(line.upperQuartile.short)",
        "\(line.least.short)–\(line.most.short)",
      ])
    }
    return table
  }

  private var spreadTable: TextTable {
    var table = TextTable([
      ("figure", .left), ("n", .right), ("mean", .right), ("median", .right), ("quartiles", .left),
      ("range", .left),
    ])
    for figure in spreads.run {
      table.add([
        figure.figure, String(figure.count), figure.mean.short, figure.median.short,
        "\(figure.lowerQuartile.short)–\(figure.upperQuartile.short)",
        "\(figure.least.short)–\(figure.most.short)",
      ])
    }
    return table
  }

  private var collectiveTable: TextTable {
    var table = TextTable([
      ("beside stage", .right), ("transfers", .left), ("n", .right), ("mean", .right), ("median", .right),
      ("most", .right),
    ])
    for use in collectives {
      table.add([
        String(use.stage), use.name, String(use.count), use.mean.short, use.median.short, use.most.short,
      ])
    }
    return table
  }
}
