import ModelCosts
import PipelineModel

extension EstimateReport {
  /// The report for people.
  var text: TerminalText {
    "Estimate · \(model)\(machine.map { " · \($0.name)" } ?? "") · \(setup.words)\n\n" + partTable + "\n"
      + heldTable + layerTable
  }

  private var partTable: TerminalText {
    var table = TextTable([("", .left), ("parameters", .right), ("FLOPs per token", .right)])
    let hasMTP = parameters.mtp > 0
    table.add(["embedding", parameters.embedding.grouped, "0"])
    table.add([
      "attention, matrices", parameters.attention.grouped, flopsPerToken.attentionProjections.grouped,
    ])
    table.add(["attention, scores", "", flopsPerToken.attentionScores.grouped])
    table.add(["feed-forward", parameters.mlp.grouped, flopsPerToken.mlp.grouped])
    table.add(["norms", (parameters.norms + parameters.finalNorm).grouped, ""])
    table.add(["head", parameters.head == 0 ? "tied" : parameters.head.grouped, flopsPerToken.head.grouped])
    table.add(["total, forward", parameters.total.grouped, flopsPerToken.forward.grouped])
    if parameters.active != parameters.total { table.add(["active", parameters.active.grouped, ""]) }
    table.add(["training", "", flopsPerToken.training.grouped])
    if hasMTP {
      table.add(["further tokens, besides", parameters.mtp.grouped, flopsPerToken.mtp.grouped])
    }
    return table.text + "  Causal: a token sees \(flopsPerToken.keys.short) keys on average.\n"
  }

  private var heldTable: TerminalText {
    let parts = [
      ("attention", bytesPerToken.attention), ("feed-forward", bytesPerToken.mlp),
      ("experts", bytesPerToken.moe), ("head", bytesPerToken.head),
      ("checkpoint of a layer", bytesPerToken.checkpoint),
    ]
    let held = parts.compactMap { part in part.1.map { "\(part.0) \($0.grouped)" } }
    return "  Held per token, in bytes: \(held.joined(separator: ", "))\n"
  }

  private var layerTable: TerminalText {
    guard let layers, let machine else { return "" }
    var table = TextTable([
      ("layer", .left), ("F ms", .right), ("B ms", .right), ("W ms", .right), ("held GiB", .right),
      ("full", .right), ("selective", .right), ("static GiB", .right),
    ])
    for layer in layers {
      table.add([
        layer.name, layer.forward.short, layer.backwardInput.short, layer.backwardWeight.short,
        layer.activationForB.short, layer.checkpoint?.short ?? "", layer.selective?.short ?? "",
        layer.static.short,
      ])
    }
    return "\n" + table.text + "  A device may hold \(machine.memoryLimit.short) GiB.\n"
      + "  An estimate, not a measurement: \(machine.error).\n  Calibration: \(machine.calibration).\n"
  }
}

extension EstimateReport.Setup {
  /// The setup in words.
  fileprivate var words: String {
    var parts = ["s \(sequence), b \(microbatchSize)", precision]
    if tensor > 1 { parts.append("tensor \(tensor)\(sequenceParallel ? " with sequence" : "")") }
    if expert > 1 { parts.append("expert \(expert)") }
    if context > 1 { parts.append("context \(context)") }
    if data > 1 { parts.append("data \(data)") }
    return parts.joined(separator: " · ")
  }
}

extension Double {
  /// A whole number with its digits in groups of three.
  fileprivate var grouped: String {
    let text = rounded() == self ? plain : short
    let (whole, rest) = (text.prefix { $0 != "." }, text.drop { $0 != "." })
    guard whole.allSatisfy(\.isNumber) else { return text }
    var digits = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index).isMultiple(of: 3) { digits += "," }
      digits.append(digit)
    }
    return digits + rest
  }
}
