import PipelineModel

extension GanttChart {
  /// A phase or a task, as a picture shows it.
  public struct Work: Hashable, Sendable {
    /// The kind of pass whose colours it has; `nil` for a task.
    public var kind: Operation.Kind?
    /// What stands in its box.
    public var label: String
    /// What its tooltip says.
    public var title: String
    /// Whether it is for the next iteration.
    public var isAhead: Bool

    /// Describes a piece of work.
    public init(kind: Operation.Kind?, label: String, title: String, isAhead: Bool = false) {
      self.kind = kind
      self.label = label
      self.title = title
      self.isAhead = isAhead
    }
  }
}

extension GanttChart.Work {
  /// What an operation stands for in a problem with streams and tasks; `nil` in any other.
  init?(of operation: Operation, in problem: Problem) {
    guard let layout = problem.layout, let (work, microbatch) = layout.work(of: operation) else { return nil }
    switch work {
    case .pass(let kind, _, _), .message(let kind, _, _):
      self.init(
        kind: kind, label: (microbatch ?? operation.microbatch).description,
        title: problem.name(of: operation))
    case .task(let number, _, _):
      let task = layout.written.tasks[number]
      self.init(
        kind: nil, label: task.isAhead ? "\(task.name) +1" : task.name, title: problem.title(of: operation),
        isAhead: task.isAhead)
    }
  }
}

extension GanttChart.Bar {
  /// The kind of pass that it shows.
  var kind: Operation.Kind { work?.kind ?? operation.kind }

  /// Whether it is a task.
  var isTask: Bool { work.map { $0.kind == nil } ?? false }

  /// Whether it is a task for the next iteration.
  var isAhead: Bool { work?.isAhead ?? false }

  /// What stands in its box.
  var label: String { work?.label ?? operation.microbatch.description }
}

extension GanttPalette {
  /// The fill of a box.
  func fill(of bar: GanttChart.Bar, _ tint: Tint) -> Paint { bar.isTask ? Self.task : fill(bar.kind, tint) }

  /// The outline of a box.
  func outline(of bar: GanttChart.Bar, _ tint: Tint) -> Paint {
    bar.isTask ? Self.taskStripes : outline(bar.kind, tint)
  }

  /// The stripes of a box; `nil` where it has none.
  func stripes(of bar: GanttChart.Bar, _ tint: Tint) -> Paint? {
    bar.isTask ? Self.taskStripes : stripes(bar.kind, tint)
  }

  /// The ink of what stands in a box.
  func ink(of bar: GanttChart.Bar, _ tint: Tint) -> Paint {
    bar.isTask ? Self.taskLetters : number(bar.kind, tint)
  }

  /// The fill of tasks, which belong to no pass.
  static let task = Paint(light: 0xE5E7EB, dark: 0x3B4450)
  /// The dashes around those for the next iteration.
  static let ahead = Paint(light: 0x4B5563, dark: 0xC3CAD5)
  /// The letters on them.
  ///
  /// On white paper not quite the ink of numbers, which stays dark on dark pages: a page finds what to change by colour.
  static let taskLetters = Paint(light: 0x111519, dark: 0xF3F4F6)
  /// The stripes of tasks.
  static let taskStripes = Paint(light: 0xB6BCC6, dark: 0x66717F)
}
