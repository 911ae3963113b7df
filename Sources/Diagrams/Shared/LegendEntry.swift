import PipelineModel

/// One thing that a legend explains: a sign of one size, and what it stands for.
struct LegendEntry<Sign: Hashable> {
  /// What the sign looks like.
  let sign: Sign
  let text: String

  /// The sign's width in points.
  static var signWidth: Double { 18 }
  /// From the sign's left end to the text.
  static var textOffset: Double { signWidth + 5 }

  /// The width of sign and text in points.
  var width: Double { Self.textOffset + TextMetrics.width(of: text, size: PageMeasures.textSize) }
}
