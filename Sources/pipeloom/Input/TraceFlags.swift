import ArgumentParser
import Measurement
import ScheduleFormats

/// How traces are read.
struct TraceFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With traces: a regular expression for whole names of events with groups (?<kind>...), "
        + "(?<microbatch>...) and, unless each rank runs one stage, (?<stage>...); also (?<chunk>...), "
        + "(?<step>...) and (?<rank>...). Kinds: F, B, W, BW; forward or fwd, backward or bwd (whole), I or dgrad, "
        + "wgrad.", valueName: "expression"))
  var pattern: String?

  @Option(
    help: ArgumentHelp(
      "With traces: the argument of events, args.NAME, that names operations in place of the events' names, as "
        + "replays of CUDA graphs have it.", valueName: "args.NAME"))
  var field: String?

  @Option(
    help: ArgumentHelp(
      "With traces: how many iterations to leave out at the beginning. If left out: those that took over a tenth "
        + "longer than the rest.", valueName: "count"))
  var skip: Int?

  /// The first of these flags that was given.
  var firstGiven: String? {
    pattern != nil ? "--pattern" : field != nil ? "--field" : skip != nil ? "--skip" : nil
  }

  /// Reads traces and puts them together.
  ///
  /// - Parameter first: the first file, where it has been read.
  /// - Throws: `Failure` for flags, `FormatError` and `MeasurementError` for files.
  func read(_ files: [FilePath], first: InputFile? = nil) throws -> MeasuredRun {
    guard skip ?? 0 >= 0 else {
      throw Failure(.usage, "--skip: expected a number of iterations, found \(skip ?? 0)")
    }
    var reader = TraceReader(pattern: try readPattern(), field: try readField())
    for (index, file) in files.enumerated() {
      let known = index == 0 ? first : nil
      let input = try known ?? InputFile(file, limit: TraceReader.largestText)
      try reader.read(input.bytes, file: file.text)
    }
    do throws(MeasurementError) {
      return try MeasuredRun(reader.recordings, skip: skip)
    } catch {
      // What one recording lacks is said of it; what several lack together, of the first file.
      var error = error
      if error.recording.isEmpty { error.recording = files[0].inputName }
      throw error
    }
  }

  private func readPattern() throws(Failure) -> TracePattern {
    guard let pattern else { return TracePattern() }
    do throws(FormatError) {
      return try TracePattern(pattern)
    } catch {
      throw Failure(.usage, "--pattern: \(error)")
    }
  }

  private func readField() throws(Failure) -> String? {
    guard let field else { return nil }
    let prefix = "args."
    guard field.hasPrefix(prefix), field.count > prefix.count else {
      throw Failure(.usage, "--field: expected args.NAME, found '\(field)'")
    }
    return String(field.dropFirst(prefix.count))
  }
}
