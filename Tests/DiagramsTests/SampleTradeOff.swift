import Diagrams

/// Trade-off curves to draw.
enum SampleTradeOff {
  /// Eight devices and 24 microbatches under half to twice the memory of 1F1B.
  static let chart = TradeOffChart(
    title: "Memory against bubble · uniform-8x24 · p = 8, m = 24",
    subtitle: [
      "F 1 · B 1 · W 1 · communication 0",
      "makespanBubble from 30 % at 0.5× to 2.5 % at 2× of 1F1B's peak of 8 activations",
    ],
    description: "Trade-off curve of the memory limit against the bubble.", memoryUnit: "activations",
    valueName: "makespanBubble",
    points: zip(
      zip([0.5, 0.75, 1, 1.25, 1.5, 1.75, 2], [0.3, 0.17, 0.1, 0.07, 0.05, 0.034, 0.025]),
      [0.29, 0.16, 0.1, 0.068, 0.049, 0.034, 0.025]
    ).map { reached, bound in
      TradeOffChart.Point(memory: 8 * reached.0, multiple: reached.0, bubble: reached.1, bound: bound)
    },
    marks: [
      TradeOffChart.Mark(label: "1F1B", memory: 8, bubble: 0.226),
      TradeOffChart.Mark(label: "ZB-H1", memory: 8, bubble: 0.089),
      TradeOffChart.Mark(label: "ZB-H2", memory: 15, bubble: 0.031),
    ],
    infeasibleBelow: 2)
}
