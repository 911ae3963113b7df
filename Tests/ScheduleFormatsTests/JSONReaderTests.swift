import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("The JSON reader")
struct JSONReaderTests {
  private func number(_ text: String) throws -> Double {
    try JSONReader.read(Array(text.utf8)) { (reader) throws(FormatError) in
      try reader.readNumber(expecting: "a number")
    }
  }

  private func string(_ text: String) throws -> String {
    try JSONReader.read(Array(text.utf8)) { (reader) throws(FormatError) in
      try reader.readString(expecting: "text")
    }
  }

  private func refusal(_ text: String) -> String? {
    do throws(FormatError) {
      _ = try DocumentNode.json(Array(text.utf8))
      return nil
    } catch {
      return error.description
    }
  }

  @Test("rounds every number as the standard library does")
  func rounding() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<4_000 {
      let digits = (0..<Int.random(in: 1...25, using: &generator)).map { _ in
        String(Int.random(in: 0...9, using: &generator))
      }.joined()
      let exponent = Int.random(in: -330...280, using: &generator)
      for text in [
        "1.\(digits)e\(exponent)", "-1\(digits)", "0.\(digits)", "3\(digits)E+2", "1\(digits).5e-7",
      ] {
        let expected = try #require(Double(text))
        #expect(try number(text).bitPattern == expected.bitPattern, "\(text)")
      }
    }
  }

  @Test("reads back the shortest text of any finite bits")
  func shortestText() throws {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<4_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      var writer = JSONWriter()
      writer.number(value)
      #expect(try number(String(decoding: writer.bytes, as: UTF8.self)).bitPattern == value.bitPattern)
    }
  }

  @Test(
    "writes whole numbers without a point",
    arguments: [
      (0.0, "0"), (-0.0, "-0"), (1, "1"), (-12, "-12"), (18.522, "18.522"), (1e15, "1000000000000000"),
      (1e22, "1e+22"), (0.1 + 0.2, "0.30000000000000004"), (.leastNonzeroMagnitude, "5e-324"),
      (999_999_999_999_999, "999999999999999"),
    ])
  func numberText(value: Double, text: String) {
    var writer = JSONWriter()
    writer.number(value)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
  }

  @Test(
    "follows the number grammar",
    arguments: ["01", "1.", ".5", "+1", "1e", "1e+", "-", "0x1", "1_0", "--1", "-01.5"])
  func badNumbers(text: String) {
    #expect(throws: FormatError.self) { try number(text) }
  }

  @Test("takes numbers that vanish, and refuses numbers that overflow")
  func extremes() throws {
    #expect(try number("1e-400") == 0)
    #expect(try number("0e99999999999999999999") == 0)
    #expect(throws: FormatError(.notFinite("1e309"), line: 1, column: 1)) { try number("1e309") }
    #expect(throws: FormatError(.notFinite("-1e99999999999"), line: 1, column: 1)) {
      try number("-1e99999999999")
    }
  }

  @Test(
    "reads escapes",
    arguments: [
      (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{C}\n\r\tz"), (#""\u00e9\u0000""#, "é\u{0}"),
      (#""\uD83E\uDDF5 é""#, "🧵 é"), (#""""#, ""), (#""日本""#, "日本"),
    ])
  func escapes(text: String, expected: String) throws {
    #expect(try string(text) == expected)
  }

  @Test(
    "refuses strings that are none",
    arguments: [
      (#""\x""#, "line 1:2: expected an escape of JSON, found another one"),
      (#""\u12G4""#, "line 1:2: expected four hexadecimal digits, found others"),
      (#""\uD83E""#, "line 1:2: expected both halves of a surrogate pair, found one"),
      (#""\uD83E\u0041""#, "line 1:2: expected both halves of a surrogate pair, found one"),
      (#""\uDDF5""#, "line 1:2: expected both halves of a surrogate pair, found one"),
      ("\"a\nb\"", "line 1:3: expected the end of the string, found a control character"),
      ("\"abc", "line 1:5: expected the end of the string, found the end of the file"),
      ("\"abc\\", "line 1:6: expected the end of the string, found the end of the file"),
    ])
  func badStrings(text: String, message: String) {
    #expect(refusal(text) == message)
  }

  @Test(
    "names the place and what was expected",
    arguments: [
      ("[1, 2", "line 1:6: expected `,` or `]`, found the end of the file"),
      ("[1,\n 2}", "line 2:3: expected `,` or `]`, found `}`"),
      ("[1,]", "line 1:4: [1]: expected a value, found `]`"),
      ("{\"a\" 1}", "line 1:6: expected `:`, found 1"),
      ("{\"a\": 1,}", "line 1:9: expected a key in quotation marks, found `}`"),
      ("{\"a\": {\"b\": [0, tru]}}", "line 1:17: a.b[1]: expected a value, found tru"),
      ("{\"é\": x}", "line 1:7: é: expected a value, found x"),
      ("truefalse", "line 1:5: expected the end of the file, found false"),
      ("NaN", "line 1:1: expected a value, found NaN"),
      ("-Infinity", "line 1:1: expected a value, found -Infinity"),
      ("\u{0}", "line 1:1: expected a value, found a control character"),
    ])
  func places(text: String, message: String) {
    #expect(refusal(text) == message)
  }

  @Test("keeps the line of every value")
  func lines() throws {
    let root = try DocumentNode.json(Array("{\n\"a\":\n [1,\n2]}".utf8))
    #expect(root.line == 1)
    #expect(root["a"]?.line == 3)
    #expect(root["a"]?[1]?.line == 4)
  }
}
