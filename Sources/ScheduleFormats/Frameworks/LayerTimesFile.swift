import PipelineModel

/// What layers take, for a layout that says only where they are: figures of each letter, or a problem with layers.
public enum LayerTimesFile: Hashable, Sendable {
  /// What a layer of each letter takes.
  case letters([MegatronLayoutText.Letter: Stage])
  /// A problem whose layers are placed anew.
  case problem(PartitionProblem)

  /// Reads figures or a problem, from YAML or JSON.
  ///
  /// - Parameter file: the name that messages give the text.
  /// - Throws: `FormatError` naming the first key that cannot be.
  public static func decode(_ bytes: [UInt8], file: String) throws(FormatError) -> LayerTimesFile {
    do throws(FormatError) {
      guard bytes.count <= ProblemFile.largestText else {
        throw FormatError(.tooLarge(bytes: bytes.count, limit: ProblemFile.largestText))
      }
      guard let root = try ProblemFile.document(bytes) else { throw FormatError(.nothing(.problem)) }
      return root["pipeloom"] == nil ? .letters(try letters(root)) : .problem(try open(root))
    } catch {
      throw error.about(file: file)
    }
  }

  private static func letters(_ root: DocumentNode) throws(FormatError) -> [MegatronLayoutText.Letter: Stage]
  {
    let names = MegatronLayoutText.Letter.allCases.map { String($0.rawValue) }
    let keys = try KnownMapping(
      root, keys: names,
      expecting: "a mapping with the letters \(names.joined(separator: ", ")), or a problem with layers")
    var figures: [MegatronLayoutText.Letter: Stage] = [:]
    for letter in MegatronLayoutText.Letter.allCases {
      figures[letter] = try keys.optional(String(letter.rawValue)) { (node) throws(FormatError) in
        try ProblemFile.stage(
          KnownMapping(node, keys: ProblemFile.Keys.layerFigures, expecting: "the figures of a layer"))
      }
    }
    return figures
  }

  private static func open(_ root: DocumentNode) throws(FormatError) -> PartitionProblem {
    var contents = try ProblemFile.contents(root)
    // The layout says where stages are.
    if case .choosing(let choice) = contents { contents = ProblemFile.Contents(choice.alternatives[0]) }
    switch contents {
    case .partitioning(let open): return open
    case .problem(let problem) where problem.partition != nil:
      do throws(ProblemError) { return try PartitionProblem(problem) } catch {
        throw FormatError(.problem(error.reason), key: error.key)
      }
    case .problem, .routing, .placing, .choosing: throw root.error(.problem(.withoutLayers))
    }
  }
}
