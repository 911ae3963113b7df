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
        pipeloom render schedule.json -o column.pdf --width 242 --font-size 7 --title none --no-notes
        pipeloom render schedule.json -o ends.svg --devices 0-7,56-63 --fold
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

  @Option(help: DeviceRanges.help)
  var devices: DeviceRanges?

  @OptionGroup
  var figure: FigureFlags

  func run() throws {
    let format = try format ?? DiagramFormat(file: output)
    let style = try figure.style(devices: devices)
    let label = figure.label(of: schedule)
    let input = try ScheduleInput(schedule)
    let timeline = try input.timeline()
    let picture =
      switch view {
      case .time:
        try GanttChart(
          timeline, family: label ?? input.title, certificate: input.certificate(of: timeline)
        )
        .render(as: format, style: style)
      case .paths: try PathGraphChart(timeline.schedule.problem).render(as: format, style: style)
      }
    try OutputFile(path: output).write(picture)
  }
}
