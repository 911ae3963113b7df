/// The colours of a strip plot beyond those that all diagrams share.
enum StripPalette {
  static let dot = Paint(light: 0x94B4E0, dark: 0x3F62A0)
  static let dotOutline = Paint(light: 0x7FA8E8, dark: 0x4F76B8)
  static let mean = Paint(light: 0x27639F, dark: 0x94B4F5)
  static let high = Paint(light: 0xB5482F, dark: 0xF08B73)
  static let nominal = Paint(light: 0xFDB462, dark: 0xFDBF80)
  static let nominalOutline = Paint(light: 0x9E6A26, dark: 0x96692A)
}
