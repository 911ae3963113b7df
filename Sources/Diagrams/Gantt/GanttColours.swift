import PipelineModel
import Timeline

/// The colours of Gantt diagrams for other pictures of the same things.
package enum GanttColours {
  private static let palette = GanttPalette()

  /// The fill of a kind of operation on one of a number of chunks.
  package static func fill(_ kind: Operation.Kind, chunk: Int, of count: Int) -> Paint {
    palette.fill(kind, Tint(chunk, of: count))
  }

  /// The letters on that fill.
  package static func letters(_ kind: Operation.Kind, chunk: Int, of count: Int) -> Paint {
    palette.number(kind, Tint(chunk, of: count))
  }

  /// The fill of tasks.
  package static var task: Paint { GanttPalette.task }

  /// The letters on that fill.
  package static var taskLetters: Paint { GanttPalette.taskLetters }

  /// The fill of transfers to a host, and of those back.
  package static func transfer(_ way: HostTransfer.Way) -> Paint { palette.transfer(way) }
}
