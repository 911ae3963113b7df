/// The colours of paths, which stay apart from their neighbours in the list.
enum PathGraphPalette {
  private static let colours = [
    Paint(light: 0x27639F, dark: 0x94B4F5), Paint(light: 0xCC7722, dark: 0xFDBF80),
    Paint(light: 0x3A7F45, dark: 0x7DBB85), Paint(light: 0xB0357F, dark: 0xD582B1),
    Paint(light: 0x6A4FB3, dark: 0xB7A8F0), Paint(light: 0x1B8A8A, dark: 0x66C7C7),
    Paint(light: 0xBF4136, dark: 0xF08A7E), Paint(light: 0x8A7A12, dark: 0xD3C65B),
    Paint(light: 0x7A4A2B, dark: 0xC79A7B), Paint(light: 0x3F9FD6, dark: 0x8FD3FF),
    Paint(light: 0x7F9E2A, dark: 0xBEE06B), Paint(light: 0x5B6472, dark: 0xAAB3C0),
  ]

  /// The colour of a group of paths; more groups than colours begin anew.
  static func path(_ group: Int) -> Paint { colours[group % colours.count] }
}
