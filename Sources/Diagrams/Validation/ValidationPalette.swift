/// The colours of a validation beyond those that all diagrams share.
enum ValidationPalette {
  static let measured = Paint(light: 0x7B8794, dark: 0x8A96A3)
  static let predicted = Paint(light: 0x7FA8E8, dark: 0x5F8BD0)
  static let short = Paint(light: 0xD9822B, dark: 0xFDBF80)
  static let long = Paint(light: 0x8E2C74, dark: 0xD582B1)
  static let allowed = Paint(light: 0xE4F1E6, dark: 0x1A2E20)

  /// The colour of an error.
  static func error(_ error: Double) -> Paint { error < 0 ? short : long }
}
