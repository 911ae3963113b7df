import PipelineModel
import Timeline

/// The colours of a Gantt diagram beyond those that all diagrams share.
enum GanttPalette {
  static let strip = Paint(light: 0xB5ADCB, dark: 0x4A4570)
  static let limit = Paint(light: 0x46327E, dark: 0xB7A8F0)
  static let optimizer = Paint(light: 0xC3C8D1, dark: 0x55606E)

  /// The outline of both halves of a pair.
  static let pairOutline = Paint(light: 0x222222, dark: 0x0B0E12)

  /// A kind's fill in a tint.
  static func fill(_ kind: Operation.Kind, _ tint: Tint) -> Paint { KindColours(kind)[tint] }

  /// The fill of transfers to a host, and of those back.
  static func transfer(_ way: HostTransfer.Way) -> Paint {
    switch way {
    case .offload: Paint(light: 0x9CA3AF, dark: 0x7B8694)
    case .reload: Paint(light: 0x5B6470, dark: 0xB4BDC9)
    }
  }

  /// The stripes of what a kind repeats, in the colour of that; `nil` for kinds that are not striped.
  static func stripes(_ kind: Operation.Kind, _ tint: Tint) -> Paint? {
    kind == .recompute ? fill(.forward, tint) : nil
  }

  /// A kind's outline: the darkest tint around light ones, the lightest around dark ones.
  static func outline(_ kind: Operation.Kind, _ tint: Tint) -> Paint {
    let count = max(2, tint.count)
    return fill(kind, Tint(tint.isDark ? 0 : count - 1, of: count))
  }

  /// The ink of a microbatch number on a tint.
  static func number(_ tint: Tint) -> Paint {
    tint.isDark ? Paint(light: 0xFFFFFF, dark: 0xFFFFFF) : Paint(light: 0x101418, dark: 0x101418)
  }

  /// What the legend calls a kind.
  static func name(_ kind: Operation.Kind) -> String { "\(kind.symbol)  \(kind.traits.title)" }
}
