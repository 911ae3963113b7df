import PipelineModel
import Testing

@testable import Diagrams

@Suite struct ValidationChartTests {
  private static let runs = [
    ValidationChart.Run(name: "first", measured: 100, predicted: 90, side: .fitted),
    ValidationChart.Run(name: "second", measured: 50, predicted: 52, side: .heldOut),
    ValidationChart.Run(name: "third", measured: 25, predicted: 25, side: .heldOut),
  ]
  private let chart = ValidationChart(
    title: "Validation · runs.csv · 3 runs", subtitle: ["Calibrated on 1 run: gap 3 us"],
    description: "Measured and predicted.", timeUnit: "ms", runs: runs, allowed: 0.05)

  private func box(_ id: String, in drawing: Drawing) throws -> Drawing.Rectangle {
    try #require(drawing.boxes.first { $0.id == id }, "\(id)").frame
  }

  @Test("Bars are true to one time axis, the measured one above", arguments: [nil, 500, 1500] as [Double?])
  func barsAreTrueToOneTimeAxis(width: Double?) throws {
    let drawing = try chart.drawing(style: DiagramStyle(width: width))
    let first = try box("run.0.measured", in: drawing)
    for (index, run) in Self.runs.enumerated() {
      let measured = try box("run.\(index).measured", in: drawing)
      let predicted = try box("run.\(index).predicted", in: drawing)
      #expect(measured.left == first.left && predicted.left == first.left)
      #expect(measured.bottom < predicted.top && abs(measured.height - predicted.height) < 1e-9)
      #expect(abs(measured.width - first.width * run.measured / 100) < 1e-6)
      #expect(abs(predicted.width - first.width * min(run.measured, run.predicted) / 100) < 1e-6)
      guard run.error != 0 else {
        #expect(!drawing.boxes.contains { $0.id == "run.\(index).difference" })
        continue
      }
      // What lacks, or is too much, goes on from there.
      let difference = try box("run.\(index).difference", in: drawing)
      #expect(difference.left == predicted.right && difference.top == predicted.top)
      #expect(abs(difference.width - first.width * abs(run.predicted - run.measured) / 100) < 1e-6)
    }
  }

  @Test("Errors are true to an axis of their own, around zero")
  func errorsAreTrueToAnAxis() throws {
    let drawing = try chart.drawing()
    let xs = try (0..<3).map { index in
      let frame = try box("run.\(index).error", in: drawing)
      return (frame.left + frame.right) / 2
    }
    // -10 %, +4 % and 0.
    #expect(abs((xs[1] - xs[2]) / (xs[2] - xs[0]) - 0.4) < 1e-9)
    let ticks = drawing.texts.filter { $0.anchor == .middle && ["-10", "0", "10"].contains($0.label.string) }
    #expect(ticks.contains { abs($0.at.x - xs[0]) < 1e-6 && $0.label.string == "-10" })
    #expect(ticks.contains { abs($0.at.x - xs[2]) < 1e-6 && $0.label.string == "0" })
    for text in ["-10 %", "+4 %", "0 %", "first", "second", "third"] {
      #expect(drawing.texts.contains { $0.label.string == text && $0.anchor == .end }, "\(text)")
    }
  }

  @Test("Everything has a tooltip, runs held out a full dot, and the legend says what is there")
  func tooltips() throws {
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil && svg.title == chart.title && svg.summary == chart.description)
    let boxes = try chart.drawing().boxes
    #expect(
      boxes.first { $0.id == "run.1.predicted" }?.tooltip
        == "second: measured 50 ms, predicted 52 ms, error +4 %")
    let dots = (0..<3).map { index in boxes.first { $0.id == "run.\(index).error" }?.fill }
    #expect(dots == [Palette.page, ValidationPalette.long, ValidationPalette.long])
    func legend(_ chart: ValidationChart) -> [String] { ValidationLegend(chart).entries.map(\.text) }
    #expect(
      legend(chart) == [
        "measured", "predicted", "too short", "too long", "held out", "fitted on", "within 5 %",
      ])
    var plain = chart
    plain.allowed = nil
    plain.runs = [ValidationChart.Run(name: "a", measured: 2, predicted: 1)]
    #expect(legend(plain) == ["measured", "predicted", "too short"])
  }

  @Test("Nothing overlaps and nothing leaves the page", arguments: [1, 2, 40, 700, 2_000])
  func nothingOverlaps(count: Int) throws {
    let runs = (0..<count).map { index in
      ValidationChart.Run(
        name: String(repeating: "long name ", count: index % 7) + "\(index)",
        measured: 1000 + Double(index), predicted: 1000 + 1.01 * Double(index))
    }
    let chart = ValidationChart(title: "Validation", runs: runs)
    let drawing = try chart.drawing()
    // From top to bottom: measured and predicted of each run.
    let bars = drawing.boxes.filter { $0.id.hasSuffix(".measured") || $0.id.hasSuffix(".predicted") }.map(
      \.frame)
    #expect(bars.count == 2 * count && zip(bars, bars.dropFirst()).allSatisfy { $0.bottom < $1.top })
    let bottom = bars.last?.bottom ?? 0
    #expect(bottom < drawing.height && drawing.height < 14_400)
    for text in drawing.texts {
      #expect(text.extent.lowerBound >= 0 && text.extent.upperBound <= drawing.width, "\(text.label.string)")
    }
  }

  @Test(
    "Texts come out as they were given",
    arguments: HostileTextTests.texts)
  func hostileTexts(text: String) throws {
    var chart = chart
    chart.title = text
    chart.subtitle = [text]
    chart.description = text
    chart.runs[0].name = text
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil && svg.title == text && svg.summary == text)
    #expect(svg.texts.count { HostileTextTests.plain($0.string) == text } >= 2)
  }

  @Test("All formats and themes are drawn")
  func formats() throws {
    for format in DiagramFormat.allCases {
      for theme in [nil] + Theme.allCases {
        #expect(try !chart.render(as: format, style: DiagramStyle(theme: theme)).isEmpty)
      }
    }
  }

  @Test("Figures and styles that cannot be drawn are refused")
  func refusals() throws {
    func message(_ change: (inout ValidationChart) -> Void, _ style: DiagramStyle = DiagramStyle()) -> String
    {
      var chart = chart
      change(&chart)
      do { _ = try chart.drawing(style: style) } catch { return "\(error)" }
      return ""
    }
    for time in [-1, .nan, .infinity, 1e16] {
      #expect(message { $0.runs[1].measured = time }.hasPrefix("second: expected a measured time from 0 to "))
    }
    #expect(message { $0.runs[2].predicted = .nan }.hasPrefix("third: expected a predicted time from 0 to "))
    #expect(
      message { $0.runs[2].measured = 0 }.hasPrefix("third: expected a predicted / measured from 0 to "))
    #expect(message({ _ in }, DiagramStyle(from: 1)).contains("no time axis"))
    #expect(message({ _ in }, DiagramStyle(width: 100)).contains("width"))
    #expect(try !ValidationChart(title: "", runs: []).render(as: .svg).isEmpty)
  }
}
