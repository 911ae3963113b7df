import ModelCosts

/// The configuration of a language model, as Hugging Face writes it: `config.json`.
public enum ModelConfiguration {
  /// The largest text that is read, in bytes.
  public static let largestText = 4 << 20

  /// The values of `model_type` that are known.
  public static var knownTypes: [String] { ModelType.all.flatMap(\.names) }

  /// Reads the shape of a model. What the configuration leaves out is as its model class has it.
  ///
  /// Of a model with more than text, the part under `text_config` is read: its language model.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming the key that is missing or cannot be, with what was expected; for an unknown
  ///   `model_type`, all that are known.
  /// - Complexity: O(text + layers).
  public static func decode(_ bytes: [UInt8], file: String) throws(FormatError) -> ModelShape {
    do throws(FormatError) {
      guard bytes.count <= largestText else {
        throw FormatError(.tooLarge(bytes: bytes.count, limit: largestText))
      }
      guard let root = try ProblemFile.document(bytes) else {
        throw FormatError(.nothingOf("a configuration"))
      }
      return try shape(root)
    } catch {
      throw error.about(file: file)
    }
  }

  private static func shape(_ root: DocumentNode) throws(FormatError) -> ModelShape {
    guard case .mapping = root.content else { throw root.unexpected("the configuration of a model") }
    guard let text = root["text_config"], case .mapping = text.content else { return try model(root) }
    return try within(.name("text_config")) { () throws(FormatError) in
      // Older configurations name the type of the whole alone.
      if text["model_type"] == nil, case .string(let name)? = root["model_type"]?.content {
        return try model(text, type: name)
      }
      return try model(text)
    }
  }

  private static func model(_ node: DocumentNode, type: String? = nil) throws(FormatError) -> ModelShape {
    let keys = ConfigurationKeys(node)
    let stated = try keys.text("model_type")
    guard let name = stated ?? type else {
      throw node.error(.missingKey("model_type"))
    }
    guard let type = ModelType.named(name) else {
      throw (node["model_type"] ?? node).unexpected("one of \(knownTypes.joined(separator: ", "))")
        .within("model_type")
    }
    var shape = try type.shape(keys)
    shape.type = name
    return shape
  }
}
