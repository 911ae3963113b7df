import PipelineModel

/// What a cell of PyTorch spells, taken apart: `12SEND_F3` is stage 12, type `SEND_F`, microbatch 3.
struct TorchCellText {
  var stage: Int32
  /// Where the type stands in the file.
  var type: Range<Int>
  /// `nil` where no digits follow the type.
  var microbatch: Int32?

  /// Takes a text apart; `nil` where it is no stage, type and perhaps microbatch.
  init?(_ range: Range<Int>, of bytes: [UInt8]) {
    var position = range.lowerBound
    guard let stage = Self.readIndex(&position, in: range, of: bytes) else { return nil }
    let start = position
    while position < range.upperBound, Self.isTypeByte(bytes[position]) { position += 1 }
    guard position > start else { return nil }
    type = start..<position
    microbatch = Self.readIndex(&position, in: range, of: bytes)
    guard position == range.upperBound else { return nil }
    self.stage = stage
  }

  private static func isTypeByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
  }

  /// Reads digits; nine are more than any index has.
  private static func readIndex(_ position: inout Int, in range: Range<Int>, of bytes: [UInt8]) -> Int32? {
    let start = position
    var value: Int32 = 0
    while position < range.upperBound, ASCII.isDigit(bytes[position]), position - start < 9 {
      value = 10 * value + Int32(bytes[position] - ASCII.zero)
      position += 1
    }
    return position > start ? value : nil
  }
}
