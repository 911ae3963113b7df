import PipelineModel

/// A design space: problems, what is varied, and how the schedule of each point is made.
public struct Sweep: Hashable, Sendable {
  /// Where the problem of a point comes from.
  public enum Source: Hashable, Sendable {
    /// Settings alone describe it.
    case settings
    /// A problem file or a preset.
    case file
    /// An estimate for a model's configuration on a machine.
    case model
  }

  /// One setting that is varied.
  public struct Axis: Hashable, Sendable {
    /// What is set.
    public let setting: SweepSetting
    /// Its values; `nil` leaves the setting as the problem has it.
    public let values: [SweepValue?]
  }

  /// A setting with a value.
  public struct Option: Hashable, Sendable {
    /// What is set.
    public let setting: SweepSetting
    /// To what.
    public let value: SweepValue

    /// Sets something.
    public init(_ setting: SweepSetting, _ value: SweepValue) {
      self.setting = setting
      self.value = value
    }
  }

  /// What makes the schedule of a point.
  public enum Maker: Hashable, Sendable {
    /// A named family.
    case family(String)
    /// A search with these options.
    case search([Option])
  }

  /// One point of the space.
  public struct Point: Hashable, Sendable {
    /// The problem file or the model's configuration; `nil` where settings describe the problem.
    public let problem: String?
    /// What its axes set, in their order; `nil` where one leaves its setting alone.
    public let values: [SweepValue?]
    /// What makes its schedule.
    public let maker: Maker
  }

  /// The files or presets of the problems, or the configurations of the models; empty where settings describe the
  /// problem.
  public let problems: [String]
  /// What is varied, in the file's order.
  public let axes: [Axis]
  /// What makes schedules: each for every point of the axes.
  public let makers: [Maker]
  /// Points that agree with all conditions of one of these are left out.
  let exclusions: [SweepExclusion]

  /// Where the problems come from.
  public var source: Source { Self.source(problems: problems, axes: axes.map(\.setting.name)) }

  /// Only estimates name machines.
  static func source(problems: [String], axes: [String]) -> Source {
    axes.contains(SweepSetting.hardware) ? .model : problems.isEmpty ? .settings : .file
  }

  /// The points in order, the makers changing fastest, then the last axis. O(points x axes).
  public var points: [Point] {
    var points: [Point] = []
    let counts = axes.map(\.values.count)
    for problem in problems.isEmpty ? [nil] : problems.map(Optional.some) {
      var places = [Int](repeating: 0, count: axes.count)
      repeat {
        let values = zip(axes, places).map { $0.values[$1] }
        for maker in makers {
          let point = Point(problem: problem, values: values, maker: maker)
          if !exclusions.contains(where: { $0.holds(point) }) { points.append(point) }
        }
      } while Self.advance(&places, counts)
    }
    return points
  }

  /// Goes to the next combination; false behind the last.
  private static func advance(_ places: inout [Int], _ counts: [Int]) -> Bool {
    for axis in places.indices.reversed() {
      places[axis] += 1
      if places[axis] < counts[axis] { return true }
      places[axis] = 0
    }
    return false
  }
}

/// Conditions that leave a point out where all of them hold.
struct SweepExclusion: Hashable, Sendable {
  /// One condition.
  enum Condition: Hashable, Sendable {
    /// An axis has one of these values.
    case axis(Int, Set<SweepValue?>)
    /// The problem is one of these.
    case problem(Set<String>)
    /// One of these families makes the schedule.
    case family(Set<String>)
    /// A search with all of these options makes it.
    case search([Sweep.Option])
  }

  let conditions: [Condition]

  /// Whether a point is to be left out.
  func holds(_ point: Sweep.Point) -> Bool {
    conditions.allSatisfy { condition in
      switch (condition, point.maker) {
      case (.axis(let axis, let values), _): values.contains(point.values[axis])
      case (.problem(let names), _): point.problem.map(names.contains) ?? false
      case (.family(let names), .family(let name)): names.contains(name)
      case (.search(let options), .search(let given)): options.allSatisfy(given.contains)
      case (.family, .search), (.search, .family): false
      }
    }
  }
}
