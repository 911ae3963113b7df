import PipelineModel

/// What the points of a sweep came to, a row a point.
public struct SweepTable: Sendable {
  /// One point.
  public struct Row: Sendable {
    /// The name of its result, without the ending.
    public let name: String
    /// Its settings, one a column; `nil` where one is left alone or does not go with what makes the schedule.
    public let settings: [SweepValue?]
    /// What was made; `nil` while nothing is there.
    public let result: SweepResult?
    /// Whether no other schedule of the sweep takes as little memory and time: less of one and no more of the other.
    public fileprivate(set) var isBest = false

    /// Describes a point.
    public init(name: String, settings: [SweepValue?], result: SweepResult?) {
      self.name = name
      self.settings = settings
      self.result = result
    }

    /// The schedule, where there is one.
    public var head: SweepResult.Head? {
      guard case .schedule(let head)? = result else { return nil }
      return head
    }
  }

  /// The titles of the settings.
  public let columns: [String]
  /// What is to be short.
  public let objective: Objective
  /// The points, in the sweep's order.
  public private(set) var rows: [Row]

  /// Joins rows and marks the best of them. O(rows log rows).
  public init(columns: [String], objective: Objective, rows: [Row]) {
    self.columns = columns
    self.objective = objective
    self.rows = rows
    var least = Double.infinity
    var lastMemory = -Double.infinity
    let costs = rows.indices.compactMap { index in
      rows[index].head.map { (index: index, memory: $0.largestPeak, cost: $0.cost(objective)) }
    }
    for entry in costs.sorted(by: { ($0.memory, $0.cost, $0.index) < ($1.memory, $1.cost, $1.index) }) {
      // Schedules that agree in both do not beat each other.
      guard entry.cost < least || entry.cost == least && entry.memory == lastMemory else { continue }
      (least, lastMemory) = (entry.cost, entry.memory)
      self.rows[entry.index].isBest = true
    }
  }

  /// How many points have a schedule.
  public var doneCount: Int { rows.count { $0.head != nil } }
  /// How many points have nothing yet.
  public var missingCount: Int { rows.count { $0.result == nil } }
  /// How many points can have no schedule.
  public var refusedCount: Int { rows.count - doneCount - missingCount }
}

extension SweepResult.Head {
  /// The largest peak of a device.
  public var largestPeak: Double { summary.peakMemory.max() ?? 0 }

  /// Device time for each sequence: what schedules of different sizes compare by. Between schedules for as many devices
  /// and microbatches it is their makespan or period but for a factor.
  public func cost(_ objective: Objective) -> Double {
    let value = objective == .makespan ? summary.makespan : summary.period
    return sequences > 0 ? value * Double(devices) / sequences : value
  }
}
