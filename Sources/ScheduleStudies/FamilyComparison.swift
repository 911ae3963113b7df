import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import Timeline

/// All families that suit one problem, each in its own layout, within the same memory.
public struct FamilyComparison: Sendable {
  /// A family's schedule.
  public struct Entry: Sendable {
    /// The family.
    public let family: any Family
    /// Its schedule, timed.
    public let timeline: Timeline
    /// Whether the stages have other devices than the problem gives them.
    public let isLaidOutAnew: Bool
    /// How far from the best of its layout its makespan is at most.
    public let proof: Proof
  }

  /// A family that has no schedule, and why.
  public struct Refusal: Sendable {
    /// The family.
    public let family: any Family
    /// Why it has none.
    public let reason: FamilyRefusal
  }

  /// The problem as it was given.
  public let problem: Problem
  /// The schedules, the shortest first.
  public let entries: [Entry]
  /// The families without one, in the order in which they were given.
  public let refusals: [Refusal]

  /// Generates the families' schedules, and certifies each in its layout.
  ///
  /// - Parameters:
  ///   - memoryLimit: the limit of every device in whatever layout; the problem's own if left out.
  ///   - chunks: in how many chunks a stage is cut where the family allows a choice.
  ///   - pieces: in how many pieces a sequence is cut for families of pieces.
  ///   - parameters: for the families that take them.
  public init(
    _ families: [any Family], problem: Problem, memoryLimit: Double? = nil, chunks: Int = 2, pieces: Int = 2,
    parameters: FamilyParameters = FamilyParameters()
  ) {
    var schedules: [(family: any Family, timeline: Timeline)] = []
    var refusals: [Refusal] = []
    for family in families {
      let parts = family.layout == .pieces ? pieces : chunks
      do throws(FamilyRefusal) {
        let timeline = try family.timeline(
          for: problem, parts: parts, memoryLimit: memoryLimit, parameters: parameters)
        schedules.append((family, timeline))
      } catch {
        refusals.append(Refusal(family: family, reason: error))
      }
    }
    // One bound per layout: families that share one share its bound.
    let bounds = Dictionary(grouping: schedules) { $0.timeline.schedule.problem }.map { problem, schedules in
      (problem, Proof.bound(for: problem, on: schedules.map(\.timeline)))
    }
    let boundOf = Dictionary(bounds) { first, _ in first }
    entries = schedules.map { family, timeline in
      let (layout, makespan) = (timeline.schedule.problem, timeline.makespan)
      let bound = boundOf[layout] ?? Proof.bound(for: layout, on: [timeline])
      return Entry(
        family: family, timeline: timeline,
        isLaidOutAnew: !problem.isSequential && layout.hosts != problem.hosts,
        proof: Proof(bound, objective: .makespan, value: makespan))
    }
    .sorted { ($0.timeline.makespan, $0.family.title) < ($1.timeline.makespan, $1.family.title) }
    self.refusals = refusals
    self.problem = problem
  }
}
