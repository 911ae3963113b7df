import Testing

@testable import Diagrams

@Suite("strip plots")
struct StripTests {
  private static func chart(_ values: [[Double]]) -> StripChart {
    StripChart(
      title: "t",
      strips: values.enumerated().map { index, values in
        StripChart.Strip(
          title: "s\(index)", values: values, mean: values.reduce(0, +) / Double(max(1, values.count)),
          high: values.max() ?? 0, nominal: values.min() ?? 0)
      })
  }

  @Test("every value is a dot at its place on one axis, and no two of a strip cover each other")
  func dots() throws {
    let values = [[10, 10, 10, 12, 20], [15, 30, 15.001]]
    let drawing = try Self.chart(values).drawing()
    func dots(_ strip: Int) -> [Drawing.Rectangle] {
      drawing.boxes.filter { $0.id.hasPrefix("strip.\(strip).") }.map(\.frame)
    }
    #expect(dots(0).count == 5 && dots(1).count == 3)
    for strip in 0..<2 {
      let middles = dots(strip).map { ($0.left + $0.right) / 2 }
      // Equal distances of values are equal distances on the page, in all strips.
      let ten = (dots(0).map(\.left).min() ?? 0) + (dots(0)[0].width / 2)
      let unit = ((dots(1).map(\.right).max() ?? 0) - dots(1)[0].width / 2 - ten) / 20
      for (value, middle) in zip(values[strip].sorted(), middles.sorted()) {
        #expect(abs(ten + (value - 10) * unit - middle) < 1e-6)
      }
      for (index, dot) in dots(strip).enumerated() {
        for other in dots(strip).dropFirst(index + 1) {
          let isApart =
            abs(dot.left - other.left) >= dot.width - 1e-9 || abs(dot.top - other.top) >= dot.width - 1e-9
          #expect(isApart)
        }
      }
    }
    #expect(Set(drawing.boxes.map(\.id)).count == drawing.boxes.count)
  }

  @Test("equal, zero and very many values are drawn")
  func extremes() throws {
    _ = try Self.chart([[0, 0]]).render(as: .svg)
    _ = try Self.chart([[5]]).render(as: .svg)
    _ = try Self.chart([(0..<5_000).map { Double($0 % 97) }, [3]]).render(as: .svg)
    _ = try Self.chart([Array(repeating: 7, count: 900)]).render(as: .svg)
  }

  @Test("what is no value is refused by its strip", arguments: [-1, .infinity, .nan] as [Double])
  func bad(value: Double) {
    #expect(throws: DiagramError.self) { try Self.chart([[1, value]]).drawing() }
    #expect(throws: DiagramError.windowWithoutTime) {
      try Self.chart([[1]]).drawing(style: DiagramStyle(from: 1))
    }
  }
}
