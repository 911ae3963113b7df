import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("The compute_comms CSV of PyTorch")
struct TorchCommsTests {
  private let format = TorchComms()

  /// Two ranks, one stage each, one microbatch whole and one in parts.
  private static let current = """
    0UNSHARD,0F0,0SEND_F0,0F1,0SEND_F1,0RECV_B0,0B0,0RECV_B1,0I1,0W1,0RESHARD,0REDUCE_GRAD
    1UNSHARD,1RECV_F0,1RECV_F1,1F0,1B0,1SEND_B0,1F1,1I1,1SEND_B1,1W1,1RESHARD,1REDUCE_GRAD

    """
  /// The same in the letters of older files.
  private static let former = current.replacing("0B0", with: "0BW0").replacing("1B0", with: "1BW0")
    .replacing("0I1", with: "0B1").replacing("1I1", with: "1B1")

  private func programs(_ text: String) throws(FormatError) -> [RankProgram] {
    let bytes = Array(text.utf8)
    return try format.decode(
      bytes, file: "s.csv", for: try format.impliedProblem(of: bytes, file: "s.csv"))
  }

  private func refusal(_ text: String) -> String? {
    do throws(FormatError) {
      _ = try programs(text)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("One step for each cell; SEND names the stage that sends, RECV the one that receives")
  func cells() throws {
    #expect(
      try programs(Self.current)[0].instructions.map(\.description) == [
        "UNSHARD(stage 0)", "F(stage 0, microbatch 0)",
        "SEND(activation of microbatch 0, stage 0 to 1)", "F(stage 0, microbatch 1)",
        "SEND(activation of microbatch 1, stage 0 to 1)", "RECV(gradient of microbatch 0, stage 1 to 0)",
        "BW(stage 0, microbatch 0)", "RECV(gradient of microbatch 1, stage 1 to 0)",
        "B(stage 0, microbatch 1)", "W(stage 0, microbatch 1)", "RESHARD(stage 0)", "REDUCE_GRAD(stage 0)",
      ])
  }

  @Test("Both dialects of B say the same")
  func dialects() throws {
    #expect(TorchDialect(of: Array(Self.former.utf8)) == .former)
    #expect(TorchDialect(of: Array(Self.current.utf8)) == .current)
    #expect(try programs(Self.former) == programs(Self.current))
    // W belongs to a B of the former dialect, also where no pass is whole; F and B alone are read as PyTorch does today.
    #expect(TorchDialect(of: Array("0F0,0B0,0W0\n".utf8)) == .former)
    #expect(TorchDialect(of: Array("0F0,0B0\n".utf8)) == .current)
  }

  @Test("Its operations are those of the file without transfers")
  func operations() throws {
    let csv = "0F0,0F1,0B0,0I1,0W1\n1F0,1B0,1F1,1I1,1W1\n"
    let problem = try Problem.uniform(devices: 2, microbatches: 2)
    let orders = try TorchCSV().decode(Array(csv.utf8), file: "", for: problem)
    #expect(try Orders(of: programs(Self.current), for: problem) == orders)
  }

  /// What PyTorch takes, and then hangs on or trains something else with.
  private static let broken: [(part: String, replacement: String, message: String)] = [
    ("0SEND_F1,", "0SEND_F7,", "expected a microbatch from 0 to 1, as the problem has 2, found 7"),
    (
      "0SEND_F1,", "0SEND_F1,0SEND_F1,",
      "s.csv:1:36: ranks[0].cells[5]: expected each transfer once, found this one again"
    ),
    ("1SEND_B1", "1SEND_F1", "expected a transfer between neighbouring stages, found no stage 2"),
    ("0RECV_B0", "1RECV_B0", "expected stage 1 on rank 1, where the problem places it, found it on rank 0"),
    ("0REDUCE_GRAD", "0RESHARD", "expected REDUCE_GRAD of stage 0, as other stages have one, found none"),
    (
      "0B0", "0REDUCE_GRAD,0B0",
      "expected REDUCE_GRAD behind all backward passes of its stage, found W(stage 0, microbatch 1) behind it"
    ),
    ("0UNSHARD,", "", "s.csv:1:63"),
    ("0W1,0RESHARD", "0RESHARD,0W1", "expected UNSHARD of stage 0 before, found RESHARD"),
    ("0F1,", "0X1,", "expected an action such as 0F0 (stage, then F, I, W or B, or a type such as SEND_F"),
    ("0REDUCE_GRAD", "0REDUCE_GRAD1", "found \"0REDUCE_GRAD1\""),
    ("0I1,", "", "expected I of stage 0 and microbatch 1, found none"),
  ]

  @Test("What PyTorch would run wrongly is refused", arguments: Self.broken.indices)
  func badFile(index: Int) throws {
    let (part, replacement, message) = Self.broken[index]
    let text = Self.current.replacing(part, with: replacement)
    if part == "0UNSHARD," {
      // Without the first, nothing says that the stage is sharded but its RESHARD.
      #expect(refusal(text)?.contains("expected UNSHARD of stage 0 before, found none") == true)
    } else {
      #expect(refusal(text)?.contains(message) == true, "\(refusal(text) ?? "none")")
    }
  }
}
