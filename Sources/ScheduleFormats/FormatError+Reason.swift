import ModelCosts
import PipelineModel
import ScheduleScenarios

extension FormatError {
  /// What is wrong at a place of a file. All messages are worded in this file.
  public enum Reason: Hashable, Sendable {
    /// Another value than the one the place asks for.
    case expected(String, found: String)
    /// A number that is not finite or too large to be one.
    case notFinite(String)
    /// A key that the format does not have.
    case unknownKey(String, known: [String])
    /// A key given twice.
    case duplicateKey(String)
    /// A key that must be there and is not.
    case missingKey(String)
    /// No key of several that mean the same, one of which must be there.
    case missingOneOf([String])
    /// A file of another kind or version.
    case wrongKind(expected: FileKind, found: String)
    /// A text larger than the format takes.
    case tooLarge(bytes: Int, limit: Int)
    /// A document with more values than the format takes.
    case tooManyValues(limit: Int)
    /// Lists and objects nested deeper than any file of ours.
    case tooDeep(limit: Int)
    /// Bytes that are not text.
    case notUTF8
    /// A text that is not YAML, with the parser's own words.
    case notYAML(String)
    /// YAML whose meaning this format does not need: tags, keys that are not text.
    case unsupportedYAML(String)
    /// A document with nothing in it.
    case nothing(FileKind)
    /// A document of another program with nothing in it.
    case nothingOf(String)
    /// Values that each read well and do not make a problem.
    case problem(ProblemError.Reason)
    /// Values that each read well and do not make scenarios.
    case scenarios(ScenarioError.Reason)
    /// Rules for routes where routes are needed.
    case missingRoutes
    /// Layers that are not cut into stages.
    case missingPartition
    /// Several placements where one is needed.
    case openPlacement([String])
    /// A key that does not go with a choice of placements.
    case besideChoice(String)
    /// Both of two keys, one of which stands in place of the other.
    case notBoth(String, String)
    /// A key that does not go with layers.
    case besideLayers(String)
    /// What is said of streams, phases and tasks, which does not go with layers.
    case streamsBesideLayers(String)
    /// A key that does not go with routes or layers that are still to be chosen.
    case besideOpenRoutes(String)
    /// A stream that the problem does not have.
    case unknownStream(String, known: [String])
    /// One operation without the time that others have.
    case missingTime(String)
    /// Devices of the problem without a word, or listed twice.
    case devices(DeviceList)
    /// Microbatches without a route, or on two.
    case microbatchRoutes(MicrobatchRoutes)
    /// A phase or a task of a problem that has none.
    case withoutStreams
    /// The name of a task on another operation than a `T`.
    case taskOfOther
    /// A mode told of another operation than an `F`.
    case modeOfOther(Operation)
    /// Operations marked as a pair that are not two neighbours.
    case pair(Int)
    /// One entry with layers or inputs, which no two stages share, for several stages.
    case repeatedList(String)
    /// A stage that does not say what its backward pass takes, nor that it has none.
    case noBackwardStated
    /// A time of a part of the backward pass beside that of the whole, or where there is none.
    case besideBackward(found: String)
    /// A model that cannot be cut as it is to be trained.
    case setup(SetupError)
    /// A problem that the program of a foreign format could not run.
    case unsuitable(ExportRefusal)

    /// What is wrong with the microbatches of the routes.
    public enum MicrobatchRoutes: Hashable, Sendable {
      /// A microbatch on a second route.
      case repeated(Int)
      /// A microbatch on no route.
      case missing(Int)
    }

    /// What is wrong with a schedule's list of devices.
    public enum DeviceList: Hashable, Sendable {
      /// A device listed a second time.
      case repeated(Int)
      /// A device that is not listed.
      case missing(Int)
    }
  }
}

extension FormatError.Reason: CustomStringConvertible {
  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .expected(let expected, let found): "expected \(expected), found \(found)"
    case .notFinite(let text): "expected a finite number, found \(text)"
    case .unknownKey(let key, let known): Self.describe(unknown: key, known: known)
    case .duplicateKey(let key): "expected each key once, found \(key.quoted) twice"
    case .missingKey(let key): "expected the key \(key.quoted), found none"
    case .missingOneOf(let keys):
      "expected the key \(keys.map(\.quoted).joined(separator: " or ")), found none"
    case .wrongKind(let expected, let found): Self.describe(found: found, expected: expected)
    case .tooLarge(let bytes, let limit): "expected at most \(limit) bytes, found \(bytes)"
    case .tooManyValues(let limit): "expected at most \(limit) values, found more"
    case .tooDeep(let limit): "expected at most \(limit) levels of nesting, found more"
    case .notUTF8: "expected text in UTF-8, found other bytes"
    case .notYAML(let message): "expected YAML, but \(message)"
    case .unsupportedYAML(let message): message
    case .nothing(let kind): "expected a \(kind.noun), found nothing"
    case .nothingOf(let what): "expected \(what), found nothing"
    case .problem(let reason): reason.description
    case .scenarios(let reason): reason.description
    case .missingRoutes: "expected routes, found none where devices are to be chosen: search chooses routes"
    case .missingPartition:
      "expected how many layers each stage has, found none where the layers are to be cut: search cuts them"
    case .openPlacement(let names):
      "expected one placement, found a choice among \(names.joined(separator: ", ")): search chooses"
    case .besideChoice(let key):
      "expected no \(key.quoted) where the placement is to be chosen, as every microbatch visits all stages, found some"
    case .notBoth(let one, let other): "expected \(one.quoted) or \(other.quoted), found both"
    case .besideLayers(let key):
      "expected no \(key.quoted) where layers are given, as every microbatch visits all their stages, found some"
    case .streamsBesideLayers(let key):
      "expected no \(key.quoted) beside layers, of which stages are cut, found some"
    case .besideOpenRoutes(let key):
      "expected no \(key.quoted) where routes are still to be chosen, found some"
    case .unknownStream(let name, let known):
      "expected a stream of the problem (\(known.map(\.shortened).joined(separator: ", "))), found \(name.quoted)"
    case .missingTime(let name): "expected \(name.quoted), as other operations have times, found none"
    case .devices(.repeated(let device)): "expected each device once, found device \(device) twice"
    case .devices(.missing(let device)): "expected each device once, found no device \(device)"
    case .microbatchRoutes(.repeated(let microbatch)):
      "expected each microbatch on one route, found microbatch \(microbatch) twice"
    case .microbatchRoutes(.missing(let microbatch)):
      "expected each microbatch on one route, found none for microbatch \(microbatch)"
    case .modeOfOther(let operation):
      "expected the mode on the F of the stage and microbatch, found one on \(operation)"
    case .withoutStreams: "expected an operation of a problem without phases and tasks, found one of these"
    case .taskOfOther: "expected T as the operation that names a task, found another"
    case .pair(let number):
      "expected two operations of pair \(number), one right after the other on one device, found otherwise"
    case .repeatedList(let key):
      "expected one entry per stage where stages have \(key), found one for several"
    case .noBackwardStated:
      "expected the keys \"backwardInput\" and \"backwardWeight\", or \"backward\" for a whole backward pass "
        + "or none, found neither"
    case .besideBackward(let found): "expected none beside the key \"backward\", found \(found)"
    case .setup(let error): error.description
    case .unsuitable(let refusal): refusal.description
    }
  }

  private static func describe(unknown key: String, known: [String]) -> String {
    let suggestion = key.nearest(among: known).map { "; did you mean \($0.quoted)?" } ?? ""
    return "expected one of the keys \(known.joined(separator: ", ")), found \(key.quoted)\(suggestion)"
  }

  private static func describe(found: String, expected: FileKind) -> String {
    for kind in FileKind.allCases where kind != expected && found.hasPrefix(kind.prefix) {
      return "expected a \(expected.noun) (\(expected.rawValue)), found a \(kind.noun) (\(found.shortened))"
    }
    return "expected \(expected.rawValue), found \(found.isEmpty ? found.quoted : found.shortened)"
  }
}

/// The kinds of Pipeloom's own files, each with its version: the value of the key `pipeloom`.
public enum FileKind: String, Hashable, Sendable, CaseIterable {
  /// A problem file.
  case problem = "problem/1"
  /// A schedule file.
  case schedule = "schedule/1"
  /// A file of scenarios.
  case scenarios = "scenarios/1"
  /// A file of a machine.
  case hardware = "hardware/1"
  /// A file of a design space.
  case sweep = "sweep/1"
  /// What a sweep writes where there is no schedule.
  case refusal = "refusal/1"
  /// A file of programs.
  case program = "program/1"

  /// The kind's name in messages.
  public var noun: String {
    switch self {
    case .problem: "problem"
    case .schedule: "schedule"
    case .scenarios: "set of scenarios"
    case .hardware: "machine"
    case .sweep: "sweep"
    case .refusal: "refusal"
    case .program: "program"
    }
  }

  /// What the value begins with whatever the version is.
  var prefix: String { rawValue.prefix { $0 != "/" } + "/" }
}
