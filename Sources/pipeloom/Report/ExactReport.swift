import PipelineModel
import ScheduleStudies

/// What `search --prove` did after the search.
struct ExactReport: Encodable {
  let proved: Bool
  /// How many sets of orders were looked at.
  let nodes: Int
  let seconds: Double
  /// No schedule is shorter, in the problem's time unit.
  let lowerBound: Double

  init(_ run: Proof.ExactRun) {
    proved = run.result.isProved
    nodes = run.result.nodes
    seconds = (run.time.inSeconds * 1000).rounded() / 1000
    lowerBound = run.result.lowerBound
  }

  /// One line for a person.
  var text: String {
    if proved { return "Proved optimal: \(nodes.grouped) \(nodes == 1 ? "node" : "nodes")" }
    let open = "no schedule below \(lowerBound.short)"
    if nodes == 0 { return "Not proved: too large, or no time left, to branch; \(open)" }
    let time = NumberText.fixed(seconds, decimals: seconds < 10 ? 1 : 0)
    return "Not proved in \(time) s: \(nodes.grouped) \(nodes == 1 ? "node" : "nodes"), \(open)"
  }
}

extension Int {
  /// The number with a comma at every thousand.
  var grouped: String {
    self < 1000 ? "\(self)" : (self / 1000).grouped + "," + "\(1000 + self % 1000)".dropFirst()
  }
}

extension Duration {
  /// The duration as a plain number.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
