import ArgumentParser
import ModelCosts
import ScheduleFormats

/// A machine on the command line: a file, standard input or a preset.
struct MachineFlag {
  /// The path or name as it was given.
  let path: FilePath
  /// The machine.
  let hardware: Hardware

  /// The names of the presets, for help and messages.
  static var presetNames: String { HardwarePreset.all.map(\.name).joined(separator: ", ") }

  /// Reads a machine.
  ///
  /// - Throws: `Failure` or `FormatError` naming the file.
  init(_ path: FilePath) throws {
    self.path = path
    if !path.isStandardStream, !InputFile.exists(path) {
      guard let preset = HardwarePreset.named(path.text) else {
        throw Failure(
          .missingInput,
          "\(path.inputName): no such file, and no such machine: expected one of \(Self.presetNames)")
      }
      hardware = try preset.hardware()
    } else {
      let file = try InputFile(path, limit: HardwareFile.largestText)
      hardware = try HardwareFile.decode(file.bytes, file: path.text)
    }
  }

  /// An estimate on the machine.
  ///
  /// - Throws: `FormatError` where its peak is not known in the precision of the setup.
  func estimate(
    _ model: ModelShape, _ setup: TrainingSetup, calibration: Calibration = .none
  ) throws -> Estimate {
    do throws(EstimateError) {
      return try Estimate(model, setup, on: hardware, calibration: calibration)
    } catch {
      switch error {
      case .withoutPeak(let precision):
        throw FormatError(.missingKey(precision.rawValue), file: path.text, key: ["peak"])
      case .setup(let error): throw FormatError(.setup(error), file: path.text)
      }
    }
  }
}
