/// A file of colours for pictures: a mapping of names to colours, in YAML or JSON, by itself or under `colors`.
public enum StyleFile {
  /// Reads names and colours, in the order of the file; what either may be is for a picture to say.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` for anything but a mapping to text.
  public static func colours(_ bytes: [UInt8], file: String) throws(FormatError) -> [(String, String)] {
    do throws(FormatError) {
      let root = try ProblemFile.document(bytes)
      guard let root else { throw FormatError(.nothingOf(expected)) }
      guard case .mapping(let members) = (root["colors"] ?? root).content else {
        throw root.unexpected(expected)
      }
      var colours: [(String, String)] = []
      for member in members {
        colours.append(
          (
            member.key,
            try within(.name(member.key)) { () throws(FormatError) in try colour(member.value) }
          ))
      }
      return colours
    } catch {
      throw error.about(file: file)
    }
  }

  private static let expected = "a mapping of names to colours"

  private static func colour(_ node: DocumentNode) throws(FormatError) -> String {
    switch node.content {
    case .string(let text): return text
    // Six digits look like a number.
    case .number(_, let text): return text
    default:
      // What begins with # and has no quotation marks is a remark in YAML.
      throw node.unexpected("a colour in quotation marks, such as \"#27639f\"")
    }
  }
}
