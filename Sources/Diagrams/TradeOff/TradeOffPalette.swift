/// The colours of a trade-off curve beyond those that all diagrams share.
enum TradeOffPalette {
  static let reached = Paint(light: 0x27639F, dark: 0x94B4F5)
  static let bound = Paint(light: 0x7FA8E8, dark: 0x4F76B8)
  static let undecided = Paint(light: 0xE3EDFC, dark: 0x1C2B44)
  static let mark = Paint(light: 0xFDB462, dark: 0xFDBF80)
  static let markOutline = Paint(light: 0x9E6A26, dark: 0x96692A)
}
