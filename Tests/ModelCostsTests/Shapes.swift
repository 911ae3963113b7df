import ModelCosts

/// Shapes that papers and measurements are about.
enum Shapes {
  /// A layer of GPT, without biases where published counts leave them out.
  static func gpt(hidden: Double, heads: Double) -> LayerShape {
    LayerShape(
      attention: .grouped(
        GroupedAttention(hidden: hidden, heads: heads, keyHeads: heads, headSize: hidden / heads)),
      feedForward: .dense(Perceptron(hidden: hidden, inner: 4 * hidden, isGated: false)),
      norm: .scaleAndShift)
  }

  /// A layer of Llama.
  static func llama(
    hidden: Double, heads: Double, keyHeads: Double, headSize: Double, inner: Double
  ) -> LayerShape {
    LayerShape(
      attention: .grouped(
        GroupedAttention(hidden: hidden, heads: heads, keyHeads: keyHeads, headSize: headSize)),
      feedForward: .dense(Perceptron(hidden: hidden, inner: inner)))
  }

  /// A layer with experts.
  static func experts(hidden: Double, inner: Double, count: Double, chosen: Double) -> LayerShape {
    LayerShape(
      attention: .grouped(GroupedAttention(hidden: hidden, heads: 8, keyHeads: 8, headSize: hidden / 8)),
      feedForward: .experts(
        Experts(Perceptron(hidden: hidden, inner: inner), count: count, chosen: chosen)))
  }

  /// A model of equal layers.
  static func model(_ layer: LayerShape, count: Int, hidden: Double, vocabulary: Double = 1000) -> ModelShape
  {
    ModelShape(type: "test", hidden: hidden, vocabulary: vocabulary, runs: [.init(layer, count: count)])
  }
}
