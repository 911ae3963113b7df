import PipelineModel
import ScheduleFamilies
import ScheduleStudies

extension ComparisonLine {
  /// Figures a family's schedule.
  init(_ entry: FamilyComparison.Entry) {
    self.init(title: entry.family.title, timeline: entry.timeline, proof: entry.proof)
    family = entry.family.name
    placement = entry.isLaidOutAnew ? entry.family.layout.placement : nil
  }
}

extension FamilyComparison {
  /// The families whose stages have other devices than the problem gives them, a line for each placement.
  var layoutNotes: TerminalText {
    let anew = entries.filter(\.isLaidOutAnew)
    let placements = anew.map(\.family.layout.placement)
    return placements.indices.filter { !placements[..<$0].contains(placements[$0]) }.map { first in
      let titles = zip(anew, placements).filter { $0.1 == placements[first] }.map(\.0.family.title)
      return "  Laid out anew \(anew[first].family.layout.manner): \(titles.joined(separator: ", "))\n"
        as TerminalText
    }
    .joined()
  }
}

extension FamilyComparison.Refusal {
  /// Why there is no schedule, and the flags that help.
  var advice: String {
    switch reason {
    case .family(let error): error.advice
    case .problem(let error): "\(family.title): \(error)"
    case .timeline(let error): "\(family.title): \(error)"
    }
  }
}

extension FamilyLayout {
  /// The placement of its stages, as problem files name it.
  fileprivate var placement: String {
    switch self {
    case .sequential, .pieces: "sequential"
    case .loop: "loop"
    case .v, .waves: "v"
    case .bidirectional: "bidirectional"
    }
  }

  /// How its stages lie, in a sentence.
  fileprivate var manner: String {
    switch self {
    case .sequential, .pieces: "in the devices' order"
    case .loop: "as a loop"
    case .v, .waves: "as a V"
    case .bidirectional: "in both directions"
    }
  }
}
