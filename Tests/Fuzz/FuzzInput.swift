/// A file of one of the formats that the library reads, as bytes for a fuzzer: a letter for the format, one byte
/// that chooses what else the format needs, such as a problem, and then the file.
struct FuzzInput {
  enum Format: UInt8, CaseIterable {
    case problem = 0x70
    case schedule = 0x73
    case torchCSV = 0x63
    case trace = 0x74
    case skipPipe = 0x6B
    case runs = 0x72

    var title: String {
      switch self {
      case .problem: "problem"
      case .schedule: "schedule"
      case .torchCSV: "torch-csv"
      case .trace: "trace"
      case .skipPipe: "skippipe"
      case .runs: "runs"
      }
    }
  }

  var format: Format
  var choice: UInt8
  var file: [UInt8]

  /// How many bytes stand before the file.
  static let headLength = 2

  init(_ format: Format, choice: UInt8 = 0, _ file: [UInt8]) {
    self.format = format
    self.choice = choice
    self.file = file
  }

  /// Any bytes whatever are an input, so that a fuzzer may change all of them.
  init(_ bytes: some Collection<UInt8>) {
    let head = Array(bytes.prefix(Self.headLength))
    let formats = Format.allCases
    let letter = head.first ?? Format.problem.rawValue
    format = Format(rawValue: letter) ?? formats[Int(letter) % formats.count]
    choice = head.count > 1 ? head[1] : 0
    file = Array(bytes.dropFirst(Self.headLength))
  }

  var bytes: [UInt8] { [format.rawValue, choice] + file }
}
