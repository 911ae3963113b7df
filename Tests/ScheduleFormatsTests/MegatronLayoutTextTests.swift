import PipelineModel
import Testing

@testable import ScheduleFormats

@Suite("Layouts of Megatron are read")
struct MegatronLayoutTextTests {
  private func letters(_ text: String) throws -> String {
    try MegatronLayoutText(text).stages.map { String($0.map(\.rawValue)) }.joined(separator: "|")
  }

  @Test(
    "as users spell them",
    // Public layouts: DeepSeek-V3, Qwen3, GLM-4.5 and Kimi K2 recipes of Megatron-Bridge and Primus, written out by hand.
    arguments: [
      ("Et*3|t*4|t*3,L", "Ettt|tttt|tttL"), ("Et*2|(tt|)*3t|(tt|)*2mL", "Ett|tt|tt|tt|t|tt|tt|mL"),
      ("E(|tt)*3,|mL", "E|tt|tt|tt|mL"), ("Et|(tt|)*3,m|L", "Et|tt|tt|tt|m|L"),
      ("Et|(tt|)*2|tL", "Et|tt|tt||tL"), ("E|(t|)*4m|m|m|L", "E|t|t|t|t|m|m|m|L"),
      ("Et|*3L", "Et|||L"), ("E((t|)*2t)*2|L", "Et|t|tt|t|t|L"), (" E t *2 | L ", "Ett|L"),
    ])
  func spellings(_ text: String, _ expected: String) throws {
    #expect(try letters(text) == expected)
  }

  @Test(
    "or refused with the column",
    arguments: [
      ("Et|x|L", "column 4: expected E, t, m, L, | or a group in parentheses, found \"x\""),
      ("Et|(tt|L", "column 9: expected ) at the end of the group, found the end"),
      ("Et|(tt|)L", "column 9: expected * and a number from 1 on, found \"L\""),
      ("Et*0|L", "column 5: expected * and a number from 1 on, found 0"),
      ("Et*|L", "column 4: expected * and a number from 1 on, found \"|\""),
      ("Et)|L", "column 3: expected E, t, m, L, | or a group in parentheses, found \")\""),
      ("tE|L", "column 2: expected one E, before all other letters, found otherwise"),
      ("Et|L|L", "column 4: expected one L, behind all other letters, found otherwise"),
      ("E|L", "column 1: expected at least one t, found none"),
      ("Em|tL", "column 2: expected every m behind all t, found one before a t"),
      ("E(t*999999)*999999|L", "column 11: expected at most 65536 letters and bars, found more"),
      ("", "column 1: expected one E, before all other letters, found otherwise"),
    ])
  func refusals(_ text: String, _ expected: String) {
    #expect(throws: MegatronLayoutError.self) { try MegatronLayoutText(text) }
    do { _ = try MegatronLayoutText(text) } catch { #expect(error.description == expected) }
  }

  @Test("What is read is written again by the export")
  func again() throws {
    for text in ["Et*3|t*4|t*3L", "Et*2|t*2|t*2|t*2|t|t*2|t*2|mL", "Et|t*2||tL"] {
      let layout = try MegatronLayoutText(text)
      let names = layout.stages.enumerated().map { _ in [String]() }
      var count = 0
      let stages = zip(layout.stages, names).map { letters, _ in
        letters.map { letter in
          if letter == .transformer { count += 1 }
          return switch letter {
          case .embedding: "embedding"
          case .transformer: "decoder.layers.\(count - 1)"
          case .multiTokenPrediction: "mtp.layers.0"
          case .head: "output_layer"
          }
        }
      }
      #expect(try MegatronLayout(stages, devices: stages.count).text == text)
    }
  }
}
