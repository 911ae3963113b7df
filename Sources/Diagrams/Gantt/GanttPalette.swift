import PipelineModel
import Timeline

/// The colours of a Gantt diagram beyond those that all diagrams share, with those of the user's own.
struct GanttPalette {
  private let chosen: ChosenColours

  /// Takes colours of the user's own.
  init(_ chosen: ChosenColours = ChosenColours()) { self.chosen = chosen }

  var strip: Paint { paint(.memory, Paint(light: 0xB5ADCB, dark: 0x4A4570)) }
  var limit: Paint { paint(.limit, Paint(light: 0x46327E, dark: 0xB7A8F0)) }
  var optimizer: Paint { paint(.optimizerStep, Paint(light: 0xC3C8D1, dark: 0x55606E)) }
  var idle: Paint { paint(.idle, Palette.hatch) }

  /// The outline of both halves of a pair.
  static let pairOutline = Paint(light: 0x222222, dark: 0x0B0E12)

  /// The outline of what has moved.
  static let moved = Paint(light: 0xD4145A, dark: 0xFF6FA3)

  /// A kind's fill in a tint.
  func fill(_ kind: Operation.Kind, _ tint: Tint) -> Paint { colours(kind)[tint] }

  /// The fill of transfers to a host, and of those back.
  func transfer(_ way: HostTransfer.Way) -> Paint {
    switch way {
    case .offload: paint(.offload, Paint(light: 0x9CA3AF, dark: 0x7B8694))
    case .reload: paint(.reload, Paint(light: 0x5B6470, dark: 0xB4BDC9))
    }
  }

  /// The stripes of what a kind repeats, in the colour of that; `nil` for kinds that are not striped.
  func stripes(_ kind: Operation.Kind, _ tint: Tint) -> Paint? {
    kind == .recompute ? fill(.forward, tint) : nil
  }

  /// A kind's outline: the darkest tint around light ones, the lightest around dark ones.
  func outline(_ kind: Operation.Kind, _ tint: Tint) -> Paint {
    let count = max(2, tint.count)
    return fill(kind, Tint(tint.isDark ? 0 : count - 1, of: count))
  }

  /// The ink of a microbatch number on a kind's tint.
  func number(_ kind: Operation.Kind, _ tint: Tint) -> Paint {
    let isDark = chosen.kinds[kind] == nil ? tint.isDark : fill(kind, tint).isDark
    return isDark ? Paint(light: 0xFFFFFF, dark: 0xFFFFFF) : Paint(light: 0x101418, dark: 0x101418)
  }

  /// What the legend calls a kind.
  static func name(_ kind: Operation.Kind) -> String { "\(kind.symbol)  \(kind.traits.title)" }

  private func colours(_ kind: Operation.Kind) -> KindColours {
    chosen.kinds[kind].map(KindColours.init(chosen:)) ?? KindColours(kind)
  }

  private func paint(_ part: ChosenColours.Part, _ usual: Paint) -> Paint {
    chosen.parts[part].map { Paint(light: $0, dark: $0) } ?? usual
  }
}
