import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Bad CSVs get one clear error")
struct TorchCSVRefusalTests {
  private static let good = "0F0,0F1,0B0,0I1,0W1\n1F0,1B0,1F1,1I1,1W1\n"

  private func refusal(_ text: String) throws -> String? {
    let problem = try Problem.uniform(devices: 2, microbatches: 2)
    do throws(FormatError) {
      _ = try TorchCSV().decode(Array(text.utf8), file: "s.csv", for: problem)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("the text that the others change is good")
  func sound() throws { #expect(try refusal(Self.good) == nil) }

  private static let shape = "expected an action such as 0F0 (stage, then F, I, W or B, then microbatch), "
  private static let transfer =
    "expected an action of a compute_only file (F, I, W or B), as PyTorch adds the others itself, "

  private static let badCells: [(part: String, replacement: String, message: String)] = [
    ("0F1,", "0F1zzz,", "s.csv:1:5: ranks[0].cells[1]: \(shape)found \"0F1zzz\""),
    ("1F1", "1X1", "s.csv:2:9: ranks[1].cells[2]: \(shape)found \"1X1\""),
    ("1F1", "1F", "s.csv:2:9: ranks[1].cells[2]: \(shape)found \"1F\""),
    ("1F1", "F1", "s.csv:2:9: ranks[1].cells[2]: \(shape)found \"F1\""),
    ("1F1", "-1F1", "s.csv:2:9: ranks[1].cells[2]: \(shape)found \"-1F1\""),
    ("1F1", "1f1", "s.csv:2:9: ranks[1].cells[2]: \(shape)found \"1f1\""),
    ("1F1", "\"1F1\"", "s.csv:2:9: ranks[1].cells[2]: \(shape)found \"\"1F1\"\""),
    ("1F1", "99999999999F1", "s.csv:2:9: ranks[1].cells[2]: \(shape)found \"99999999999F1\""),
    (
      "1F1", "1RECV_F1",
      "s.csv:2:9: ranks[1].cells[2]: \(transfer)found \"1RECV_F1\" of a compute_comms file, which torch-comms reads"
    ),
    (
      "0F0", "0UNSHARD",
      "s.csv:1:1: ranks[0].cells[0]: \(transfer)found \"0UNSHARD\" of a compute_comms file, which torch-comms reads"
    ),
    (
      "1F1", "(1B0;1F1)OVERLAP_F_B",
      "s.csv:2:9: ranks[1].cells[2]: expected an F and the B of another microbatch, such as (0F7;7B3)OVERLAP_F_B, found \"(1B0;1F1)OVERLAP_F_B\""
    ),
    (
      "1F1", "(1F1;1B1)OVERLAP_F_B",
      "s.csv:2:9: ranks[1].cells[2]: expected an F and the B of another microbatch, such as (0F7;7B3)OVERLAP_F_B, found \"(1F1;1B1)OVERLAP_F_B\""
    ),
    (
      "1F1", "(1F1;1B0)",
      "s.csv:2:9: ranks[1].cells[2]: expected an F and the B of another microbatch, such as (0F7;7B3)OVERLAP_F_B, found \"(1F1;1B0)\""
    ),
  ]

  @Test(
    "cells",
    arguments: Self.badCells)
  func oneCell(part: String, replacement: String, message: String) throws {
    #expect(try refusal(Self.good.with(part, replacement)) == message)
  }

  private static let badActions: [(part: String, replacement: String, message: String)] = [
    (
      "1F1", "2F1",
      "s.csv:2:9: ranks[1].cells[2]: expected a stage from 0 to 1, as the problem has 2, found 2"
    ),
    (
      "1F1", "1F2",
      "s.csv:2:9: ranks[1].cells[2]: expected a microbatch from 0 to 1, as the problem has 2, found 2"
    ),
    ("1F1", "1F0", "s.csv:2:9: ranks[1].cells[2]: expected each action once, found this one again"),
    (
      "1F1", "1F1,1B1",
      "s.csv:2:17: ranks[1].cells[4]: expected either B or I and W of one microbatch on one stage, found both"
    ),
    (
      "1F1", "0F1",
      "s.csv:2:9: ranks[1].cells[2]: expected stage 0 on rank 0, where the problem places it, found it on rank 1"
    ),
    ("1F1,", "", "s.csv:2: ranks[1]: expected F of stage 1 and microbatch 1, found none"),
    (",1W1", "", "s.csv:2: ranks[1]: expected W of stage 1 and microbatch 1, found none"),
    (",1I1", "", "s.csv:2: ranks[1]: expected I of stage 1 and microbatch 1, found none"),
    (",0B0", "", "s.csv:1: ranks[0]: expected B, or I and W, of stage 0 and microbatch 0, found none"),
  ]

  @Test(
    "what cells mean together",
    arguments: Self.badActions)
  func together(part: String, replacement: String, message: String) throws {
    #expect(try refusal(Self.good.with(part, replacement)) == message)
  }

  private static let rows = good.split(separator: "\n").map(String.init)

  private static let badRows: [(text: String, message: String)] = [
    (
      good + "\n",
      "s.csv:3: expected the actions of rank 2, found a blank line, which PyTorch takes for a rank"
    ),
    (
      good + "\r\n",
      "s.csv:3: expected the actions of rank 2, found a blank line, which PyTorch takes for a rank"
    ),
    (
      "\n" + good,
      "s.csv:1: expected the actions of rank 0, found a blank line, which PyTorch takes for a rank"
    ),
    (rows[0], "s.csv: ranks: expected 2 rows, one per device of the problem, found 1"),
    (good + good, "s.csv: ranks: expected 2 rows, one per device of the problem, found 4"),
    ("", "s.csv: ranks: expected 2 rows, one per device of the problem, found 0"),
    (rows[0] + "\n,,\n", "s.csv:2: ranks[1]: expected an action on every rank, found none"),
    (
      "\u{FEFF}" + good,
      "s.csv: expected an action such as 0F0, found a byte-order mark, which PyTorch does not read"
    ),
    (
      rows[1] + "\n" + rows[0],
      "s.csv:1:1: ranks[0].cells[0]: expected stage 1 on rank 1, where the problem places it, found it on rank 0; a problem with placement: [1, 0] fits the file"
    ),
  ]

  @Test(
    "rows",
    arguments: Self.badRows)
  func wholeRows(text: String, message: String) throws { #expect(try refusal(text) == message) }

  @Test("bytes that are no text")
  func binary() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 2)
    for bytes: [UInt8] in [[0, 1, 2], [0xFF, 0xFE, 0x30], [0x28], [0x28, 0x29, 0x3B]] {
      #expect(throws: FormatError.self) {
        try TorchCSV().decode(bytes, file: "", for: problem)
      }
    }
  }

  @Test("every changed byte of a good file is refused or read as another order")
  func mutations() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 2)
    let original = try TorchCSV().decode(Array(Self.good.utf8), file: "", for: problem)
    for index in Self.good.utf8.indices.indices {
      let position = Self.good.utf8.distance(from: Self.good.startIndex, to: index)
      for byte in Array(" ,;0129FIWBX()\r\n\t\"".utf8) {
        var bytes = Array(Self.good.utf8)
        guard bytes[position] != byte else { continue }
        bytes[position] = byte
        guard let orders = try? TorchCSV().decode(bytes, file: "", for: problem) else { continue }
        #expect(orders.operations.count == original.operations.count, "\(position) \(byte)")
      }
    }
  }
}
