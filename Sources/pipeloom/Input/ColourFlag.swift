import Diagrams
import ScheduleFormats

/// Colours on the command line: one by one, or in a file.
enum ColourFlag {
  private static let largestFile = 1 << 16

  /// Reads `F=#27639f,B=#e69f00`, or a file of such pairs.
  ///
  /// - Throws: `Failure` or `FormatError` naming the pair or the file.
  static func colours(_ text: String) throws -> ChosenColours {
    var colours = ChosenColours()
    guard text.contains("=") else {
      let path = FilePath(argument: text)
      let file = try InputFile(path, limit: largestFile)
      for (name, colour) in try StyleFile.colours(file.bytes, file: path.text) {
        try set(name, to: colour, in: &colours, place: path.inputName)
      }
      return colours
    }
    for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw Failure(.usage, "--colors: expected NAME=COLOUR, found '\(pair)'")
      }
      try set(String(parts[0]), to: String(parts[1]), in: &colours, place: "--colors")
    }
    return colours
  }

  private static func set(
    _ name: String, to text: String, in colours: inout ChosenColours, place: String
  ) throws(Failure) {
    let status = place == "--colors" ? Failure.Status.usage : .badInput
    guard let colour = ChosenColours.colour(text) else {
      throw Failure(status, "\(place): \(name): expected a colour such as #27639f, found '\(text)'")
    }
    guard colours.set(name, to: colour) else {
      throw Failure(
        status,
        "\(place): expected one of \(ChosenColours.names.joined(separator: ", ")), found '\(name)'")
    }
  }
}
