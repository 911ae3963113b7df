import ArgumentParser
import Diagrams
import PipelineModel
import Timeline

/// `pipeloom render SCHEDULE -o FILE`: the Gantt diagram.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Draws a schedule as a Gantt diagram: SVG, PDF, PNG or DOT.",
    discussion: """
      Examples:
        pipeloom render schedule.json -o schedule.svg
        pipeloom render schedule.json -o warm-up.png --to 400 --theme dark
        pipeloom render routed.json --view paths -o paths.svg
      """)

  @Argument(help: "The schedule file; '-' for standard input.")
  var schedule: FilePath

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "The diagram's file, whose ending names the format; '-' for standard output.", valueName: "file"))
  var output: FilePath

  @Option(help: "The format, where the file's ending does not name it.")
  var format: DiagramFormat?

  @Option(
    help: "What to draw: the operations in time, or the paths of microbatches through the stages' devices.")
  var view = View.time

  /// What a picture shows.
  enum View: String, ExpressibleByArgument, CaseIterable {
    case time, paths
  }

  @Option(help: Magnitude.help("Draw from this time on."))
  var from: Magnitude?

  @Option(help: Magnitude.help("Draw up to this time."))
  var to: Magnitude?

  @Option(help: "The colours; an SVG follows the reader's setting if left out.")
  var theme: Theme?

  @Option(
    help: ArgumentHelp(
      "The width of the page in points, 72 to the inch. From what its labels take to "
        + "\(DiagramStyle.widestPage.plain), an eighth of that with --view paths."))
  var width: Magnitude?

  @Flag(help: "Draw an SVG even if it is larger than 20 MB.")
  var force = false

  func run() throws {
    let format = try format ?? DiagramFormat(file: output)
    let input = try ScheduleInput(schedule)
    let timeline = try input.timeline()
    let style = DiagramStyle(
      theme: theme, width: width?.value, from: from?.value, to: to?.value, forced: force)
    let picture =
      switch view {
      case .time:
        try GanttChart(timeline, family: input.title, certificate: input.certificate(of: timeline))
          .render(as: format, style: style)
      case .paths: try PathGraphChart(timeline.schedule.problem).render(as: format, style: style)
      }
    try OutputFile(path: output).write(picture)
  }
}

extension Theme: ExpressibleByArgument {}
