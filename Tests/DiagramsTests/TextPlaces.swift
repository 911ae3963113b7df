@testable import Diagrams

extension Drawing.Text {
  /// From the left edge of its letters to the right one, in points.
  var extent: ClosedRange<Double> {
    let width = TextMetrics.width(of: label.string, size: label.size)
    let left =
      switch anchor {
      case .start: at.x
      case .middle: at.x - width / 2
      case .end: at.x - width
      }
    return left...left + width
  }
}
