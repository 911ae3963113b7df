import PipelineModel

/// The colours of a Gantt diagram.
///
/// The fills were computed to stay apart for readers with any colour-vision deficiency and in greyscale.
enum GanttPalette {
  static let page = Paint(light: 0xFFFFFF, dark: 0x0F1419)
  static let ink = Paint(light: 0x222222, dark: 0xE6E6E6)
  static let muted = Paint(light: 0x6B7280, dark: 0x9AA4B2)
  static let grid = Paint(light: 0xE5E7EB, dark: 0x2A313A)
  static let lane = Paint(light: 0xF6F7F9, dark: 0x171D24)
  static let hatch = Paint(light: 0xD5D9E0, dark: 0x333C47)
  static let strip = Paint(light: 0xB5ADCB, dark: 0x4A4570)
  static let limit = Paint(light: 0x46327E, dark: 0xB7A8F0)
  static let optimizer = Paint(light: 0xC3C8D1, dark: 0x55606E)

  /// A kind's fill: its light tint for even chunks, its dark one for odd chunks.
  static func fill(_ kind: Operation.Kind, chunk: Int) -> Paint {
    switch (kind, isDark(chunk)) {
    case (.forward, false): Paint(light: 0xAAC6FB, dark: 0x94B4F5)
    case (.forward, true): Paint(light: 0x27639F, dark: 0x27609C)
    case (.backwardInput, false): Paint(light: 0xFED6AA, dark: 0xFDBF80)
    case (.backwardInput, true): Paint(light: 0x9E6A26, dark: 0x96692A)
    case (.backwardWeight, false): Paint(light: 0x63A06A, dark: 0x659169)
    case (.backwardWeight, true): Paint(light: 0x225729, dark: 0x23552C)
    case (.backward, false): Paint(light: 0xDE91BD, dark: 0xD582B1)
    case (.backward, true): Paint(light: 0x6E0A54, dark: 0x6E074F)
    }
  }

  /// A kind's outline: its other tint.
  static func outline(_ kind: Operation.Kind, chunk: Int) -> Paint { fill(kind, chunk: chunk + 1) }

  /// The ink of a microbatch number on a kind's fill.
  static func number(chunk: Int) -> Paint {
    isDark(chunk) ? Paint(light: 0xFFFFFF, dark: 0xFFFFFF) : Paint(light: 0x101418, dark: 0x101418)
  }

  /// What the legend calls a kind.
  static func name(_ kind: Operation.Kind) -> String {
    switch kind {
    case .forward: "F  forward"
    case .backwardInput: "B  backward, input"
    case .backwardWeight: "W  backward, weights"
    case .backward: "BW  backward, fused"
    }
  }

  private static func isDark(_ chunk: Int) -> Bool { !chunk.isMultiple(of: 2) }
}
