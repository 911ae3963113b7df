import PipelineModel

/// What PyTorch's profiler writes of the job: the rank, how many there are, and the groups that they form.
enum DistributedInfo {
  /// Reads the object after `distributedInfo`.
  static func read(_ reader: inout JSONReader, into events: inout TraceEvents) throws(FormatError) {
    guard reader.skipBlanks() == ASCII.openBrace else { return try reader.skipValue() }
    var rank: Int?
    var worldSize: Int?
    var pipelines: [[Int]] = []
    do throws(FormatError) {
      try reader.readRawMembers(expecting: "an object with the rank") { (reader, key) throws(FormatError) in
        if reader.isText("rank", at: key) {
          rank = Int(try reader.readInt32(expecting: "a rank"))
        } else if reader.isText("world_size", at: key) {
          worldSize = Int(try reader.readInt32(expecting: "a number of ranks"))
        } else if reader.isText("pg_config", at: key) {
          pipelines = try readGroups(&reader)
        } else {
          try reader.skipValue()
        }
      }
    } catch {
      throw error.within(.name("distributedInfo"))
    }
    events.rank = rank
    events.worldSize = worldSize
    events.pipelines = pipelines
  }

  /// Reads a list of groups and keeps those that are pipelines.
  private static func readGroups(_ reader: inout JSONReader) throws(FormatError) -> [[Int]] {
    guard reader.skipBlanks() == ASCII.openBracket else {
      try reader.skipValue()
      return []
    }
    var pipelines: [[Int]] = []
    try reader.readArray(expecting: "a list of groups") { (reader, _) throws(FormatError) in
      guard reader.skipBlanks() == ASCII.openBrace else { return try reader.skipValue() }
      var names: [String] = []
      var ranks: [Int] = []
      try reader.readRawMembers(expecting: "a group") { (reader, key) throws(FormatError) in
        if reader.isText("pg_desc", at: key) || reader.isText("pg_name", at: key) {
          let range = try reader.skipScalar()
          names.append(String(decoding: reader.bytes[range], as: UTF8.self))
        } else if reader.isText("ranks", at: key) {
          ranks = try readRanks(&reader)
        } else {
          try reader.skipValue()
        }
      }
      if names.contains(where: isPipeline), !ranks.isEmpty { pipelines.append(ranks) }
    }
    return pipelines
  }

  private static func readRanks(_ reader: inout JSONReader) throws(FormatError) -> [Int] {
    guard reader.skipBlanks() == ASCII.openBracket else {
      try reader.skipValue()
      return []
    }
    var ranks: [Int] = []
    try reader.readArray(expecting: "a list of ranks") { (reader, _) throws(FormatError) in
      ranks.append(Int(try reader.readInt32(expecting: "a rank")))
    }
    return ranks
  }

  /// Whether a group is a pipeline by its name: `mesh_pp`, `pp`, `PIPELINE_MODEL_PARALLEL_GROUP`.
  private static func isPipeline(_ name: String) -> Bool {
    let words = name.lowercased().split { !$0.isLetter }
    return words.contains("pp") || words.contains("pipeline")
  }
}
