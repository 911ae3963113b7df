import ArgumentParser
import PipelineModel
import ScheduleFamilies
import ScheduleFormats

/// Finds what the commands of a sweep would refuse as it is written, before any of them is listed: each value is read by
/// the command's own options.
struct SweepCheck {
  private let sweep: Sweep
  private let file: FilePath

  init(_ sweep: Sweep, file: FilePath) {
    self.sweep = sweep
    self.file = file
  }

  /// Reads every value.
  ///
  /// - Throws: `Failure` naming file, key and what was expected.
  func run() throws {
    for axis in sweep.axes {
      for (index, value) in axis.values.enumerated() {
        guard let value else { continue }
        try check([Sweep.Option(axis.setting, value)], key: "axes.\(axis.setting.name)[\(index)]")
      }
    }
    for maker in sweep.makers {
      switch maker {
      case .family(let name):
        do { _ = try Families.named(name) } catch {
          throw failure(Failure(error)?.message ?? "", key: "axes.family")
        }
      case .search(let options): try check(options, key: "search")
      }
    }
  }

  private func check(_ options: [Sweep.Option], key: String) throws(Failure) {
    guard let setting = options.first?.setting else { return }
    if setting.places.contains(.key), sweep.source == .file {
      return try checkCount(options[0].value, key: key)
    }
    let command =
      sweep.source == .model && setting.places.contains(.model)
      ? ["estimate", "-"] : setting.places.contains(.family) ? ["generate", "1f1b"] : ["search"]
    let arguments = options.flatMap { option -> [String] in
      if case .toggle(let isOn) = option.value { return isOn ? [option.setting.flag] : [] }
      return ["\(option.setting.flag)=\(option.value)"]
    }
    do { _ = try Pipeloom.parseAsRoot(command + arguments) } catch {
      throw failure(Pipeloom.message(for: error), key: key)
    }
  }

  private func checkCount(_ value: SweepValue, key: String) throws(Failure) {
    let range = ProblemRules.counts
    if case .number(let number) = value, let count = Int(exactly: number), range.contains(count) { return }
    throw failure(
      "expected a count from \(range.lowerBound) to \(range.upperBound), found \(value)", key: key)
  }

  private func failure(_ message: String, key: String) -> Failure {
    Failure(.badInput, "\(file.inputName): \(key): \(message)")
  }
}
