import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import Timeline

/// All families that suit one problem, each in its own layout, within the same memory.
struct FamilyComparison {
  /// A family's schedule.
  struct Entry {
    let family: any Family
    let timeline: Timeline
  }

  /// A family that has none, and why.
  struct Refusal: Encodable {
    let family: String
    let reason: String
  }

  private(set) var entries: [Entry] = []
  private(set) var refusals: [Refusal] = []

  /// Generates the families' schedules.
  ///
  /// - Parameters:
  ///   - memoryLimit: the limit of every device in whatever layout; the problem's own if left out.
  ///   - chunks: how many chunks a stage is cut in where the family allows a choice.
  init(
    _ families: [any Family], problem: Problem, memoryLimit: Double?, chunks: Int, pieces: Int,
    parameters: FamilyParameters
  ) {
    for family in families {
      do {
        let parts = family.layout == .pieces ? pieces : chunks
        var arranged = try family.layout.arranging(problem, parts: parts)
        if let memoryLimit { arranged = try arranged.with(memoryLimit: memoryLimit) }
        let choice = family.takesGroupSize ? parameters : FamilyParameters()
        let orders = try family.orders(for: arranged, parameters: choice)
        let timeline = try Timeline(Schedule(problem: arranged, orders: orders))
        try family.checkMemory(of: timeline)
        entries.append(Entry(family: family, timeline: timeline))
      } catch {
        let reason = (error as? FamilyError)?.advice ?? "\(family.title): \(error)"
        refusals.append(Refusal(family: family.name, reason: reason))
      }
    }
  }

  /// The schedules, the shortest first, each with the gap to the bound of its layout.
  func lines() -> [(entry: Entry, line: ComparisonLine)] {
    let bounds = bounds()
    return entries.map { entry in
      let makespan = entry.timeline.makespan
      let bound = bounds[entry.timeline.schedule.problem] ?? Proof.bound(on: [entry.timeline])
      var line = ComparisonLine(
        title: entry.family.title, timeline: entry.timeline,
        proof: Proof(bound, objective: .makespan, value: makespan))
      line.family = entry.family.name
      return (entry, line)
    }
    .sorted { ($0.line.summary.makespan, $0.line.title) < ($1.line.summary.makespan, $1.line.title) }
  }

  /// One bound per layout: families that share one share its bound.
  private func bounds() -> [Problem: LowerBound] {
    Dictionary(grouping: entries) { $0.timeline.schedule.problem }.mapValues { entries in
      Proof.bound(on: entries.map(\.timeline))
    }
  }
}
