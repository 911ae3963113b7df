import PipelineModel

/// The colours of one kind of operation, in any number of tints.
struct KindColours {
  /// The two tints of diagrams of up to two chunks, which stay apart for readers with any colour-vision
  /// deficiency and in greyscale.
  let light, dark: Paint
  /// The ends of the light and of the dark half of a longer scale. Between the halves lie the colours on which
  /// neither dark nor white letters can be read.
  let lightHalf, darkHalf: (first: UInt32, last: UInt32)

  /// The kind's colours.
  init(_ kind: Operation.Kind) {
    switch kind {
    case .forward, .reload:
      light = Paint(light: 0xAAC6FB, dark: 0x94B4F5)
      dark = Paint(light: 0x27639F, dark: 0x27609C)
      lightHalf = (0xC0D6FD, 0x6C9DE8)
      darkHalf = (0x2B69AB, 0x103457)
    case .recompute:
      // That of `F`, lighter: its stripes are in the colour of `F`.
      light = Paint(light: 0xDFEAFE, dark: 0xCCDCFB)
      dark = Paint(light: 0x4A7DB8, dark: 0x4879B2)
      lightHalf = (0xE4EEFE, 0x8DB4F0)
      darkHalf = (0x4474AE, 0x22486F)
    case .backwardInput:
      light = Paint(light: 0xFED6AA, dark: 0xFDBF80)
      dark = Paint(light: 0x9E6A26, dark: 0x96692A)
      lightHalf = (0xFFE1BD, 0xDA9440)
      darkHalf = (0x9E6A26, 0x54350D)
    case .backwardWeight:
      light = Paint(light: 0x63A06A, dark: 0x659169)
      dark = Paint(light: 0x225729, dark: 0x23552C)
      lightHalf = (0xA6D2A8, 0x5F9F66)
      darkHalf = (0x357040, 0x123517)
    case .backward:
      light = Paint(light: 0xDE91BD, dark: 0xD582B1)
      dark = Paint(light: 0x6E0A54, dark: 0x6E074F)
      lightHalf = (0xF4BFDE, 0xD075AA)
      darkHalf = (0xA03C7E, 0x4F0439)
    }
  }

  /// Tints of a colour of the user's own: itself where there is one, else from lighter ones to darker ones around it.
  init(chosen colour: UInt32) {
    let (white, black): (UInt32, UInt32) = (0xFFFFFF, 0)
    let paint = Paint(light: colour, dark: colour)
    light = paint
    let darker = Self.step(2, of: 6, from: (colour, black))
    dark = Paint(light: darker, dark: darker)
    lightHalf = (Self.step(3, of: 6, from: (colour, white)), colour)
    darkHalf = (darker, Self.step(4, of: 6, from: (colour, black)))
  }

  /// The colour of a tint; of more than two, equal steps through either half of the scale.
  subscript(tint: Tint) -> Paint {
    guard tint.count > 2 else { return tint.isDark ? dark : light }
    let lightCount = (tint.count + 1) / 2
    let colour =
      tint.isDark
      ? Self.step(tint.index - lightCount, of: tint.count - lightCount, from: darkHalf)
      : Self.step(tint.index, of: lightCount, from: lightHalf)
    return Paint(light: colour, dark: colour)
  }

  /// The colour at a step between two ends; a single step is the darker end, farthest from the other half.
  private static func step(_ index: Int, of count: Int, from ends: (first: UInt32, last: UInt32)) -> UInt32 {
    let steps = UInt32(max(1, count - 1))
    let position = count == 1 ? 1 : UInt32(index)
    return [16, 8, 0].reduce(0) { colour, shift in
      let (first, last) = ((ends.first >> shift) & 0xFF, (ends.last >> shift) & 0xFF)
      let mixed = (first * (steps - position) + last * position + steps / 2) / steps
      return colour | mixed << shift
    }
  }
}
