import PipelineModel
import Timeline

/// How the layers of a problem are cut; the machine form has the names of its parts.
public struct PartitionUse: Hashable, Sendable, Encodable {
  /// How many layers each stage has.
  public let counts: [Int]
  /// What a search found with as many layers on every stage; `nil` where there was none, or that does not fit.
  public let equal: PartitionValue?
  /// What it found with the least largest work of a device; `nil` as above.
  public let balanced: PartitionValue?
  /// The device with the most work.
  public let largest: Largest
  /// Whether a search chose the counts.
  public let isChosen: Bool

  /// The device with the most work, which has to begin late or to end early: what it takes before and after.
  public struct Largest: Hashable, Sendable, Encodable {
    /// The device.
    public let device: Int
    /// How many layers it has.
    public let layers: Int
    /// Its work, in the problem's time unit.
    public let work: Double
    /// From the start of the schedule until it starts.
    public let before: Double
    /// From its last end to the end of the schedule.
    public let after: Double
  }

  /// Looks at a timed schedule; `nil` where its problem gives stages. O(operations).
  ///
  /// - Parameter search: what chose the counts, if anything did.
  public init?(_ timeline: Timeline, search: PartitionedSchedule? = nil) {
    let problem = timeline.schedule.problem
    guard let partition = problem.partition else { return nil }
    counts = partition.counts
    (equal, balanced, isChosen) = (search?.equal, search?.balanced, search != nil)
    let device = problem.devices.indices.map { Device.ID($0) }.max {
      timeline.work(of: $0) < timeline.work(of: $1)
    }
    guard let device else { return nil }
    let hosted = problem.hosts.indices.filter { problem.hosts[$0].contains(device) }
    let window = timeline.window(of: device)
    largest = Largest(
      device: device.index, layers: hosted.reduce(0) { $0 + partition.counts[$1] },
      work: timeline.work(of: device), before: window.before, after: window.after)
  }

  private enum CodingKeys: String, CodingKey { case counts, equal, balanced, largest }
}
