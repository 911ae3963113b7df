/// The colours that all diagrams share.
enum Palette {
  static let page = Paint(light: 0xFFFFFF, dark: 0x0F1419)
  static let ink = Paint(light: 0x222222, dark: 0xE6E6E6)
  static let muted = Paint(light: 0x6B7280, dark: 0x9AA4B2)
  static let grid = Paint(light: 0xE5E7EB, dark: 0x2A313A)
  static let lane = Paint(light: 0xF6F7F9, dark: 0x171D24)
  static let hatch = Paint(light: 0xD5D9E0, dark: 0x333C47)
}
