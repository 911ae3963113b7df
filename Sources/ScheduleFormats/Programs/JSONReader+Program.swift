import PipelineModel

extension JSONReader {
  private static let fileKeys = JSONKeys([
    "pipeloom", "ranks", "stages", "microbatches", "programs", "streams",
  ])
  private static let stageKeys = JSONKeys(["ranks", "layers"])
  private static let programKeys = JSONKeys(["rank", "instructions"])

  /// Reads a file of the generic program.
  mutating func readProgramFile() throws(FormatError) -> ProgramFile {
    var file = ProgramFile()
    let keys = Self.fileKeys
    skipBlanks()
    let start = position
    let seen = try readObject(keys: keys, expecting: "a program") { (reader, key) throws(FormatError) in
      switch key {
      case 0: try reader.readKind(.program)
      case 1: file.rankCount = Int(try reader.readInt32(expecting: "a number of ranks"))
      case 2:
        try reader.readArray(expecting: "a list of stages") { (reader, _) throws(FormatError) in
          file.stages.append(try reader.readProgramStage())
        }
      case 3: file.microbatchCount = Int(try reader.readInt32(expecting: "a number of microbatches"))
      case 5:
        file.streams = []
        try reader.readArray(expecting: "a list of streams") { (reader, _) throws(FormatError) in
          file.streams.append(try reader.readString(expecting: "the name of a stream"))
        }
      default:
        try reader.readArray(expecting: "a list of programs") { (reader, _) throws(FormatError) in
          file.programs.append(try reader.readProgram())
        }
      }
    }
    try keys.require(0..<5, in: seen, of: self, at: start)
    return file
  }

  private mutating func readProgramStage() throws(FormatError) -> ProgramFile.Stage {
    var stage = ProgramFile.Stage()
    let keys = Self.stageKeys
    skipBlanks()
    let start = position
    let seen = try readObject(keys: keys, expecting: "a stage") { (reader, key) throws(FormatError) in
      if key == 0 {
        try reader.readArray(expecting: "a list of ranks") { (reader, _) throws(FormatError) in
          stage.ranks.append(try reader.readInt32(expecting: "a rank"))
        }
      } else {
        var layers: [String] = []
        try reader.readArray(expecting: "a list of names") { (reader, _) throws(FormatError) in
          layers.append(try reader.readString(expecting: "a name"))
        }
        stage.layers = layers
      }
    }
    try keys.require(0..<1, in: seen, of: self, at: start)
    return stage
  }

  private mutating func readProgram() throws(FormatError) -> RankProgram {
    var rank: Int32?
    var instructions: [ProgramInstruction] = []
    let keys = Self.programKeys
    skipBlanks()
    let start = position
    let seen = try readObject(keys: keys, expecting: "an object") { (reader, key) throws(FormatError) in
      if key == 0 {
        reader.skipBlanks()
        let place = reader.position
        let number = try reader.readInt32(expecting: "a rank")
        guard number >= 0 else { throw reader.error(.expected("a rank", found: "\(number)"), at: place) }
        rank = number
      } else {
        try reader.readArray(expecting: "a list of instructions") { (reader, _) throws(FormatError) in
          instructions.append(try reader.readProgramInstruction())
        }
      }
    }
    try keys.require(0..<2, in: seen, of: self, at: start)
    let device = Device.ID(rawValue: rank ?? 0)
    return RankProgram(device: device, instructions: instructions.map { $0.instruction(on: device) })
  }
}
