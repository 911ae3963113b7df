import PipelineModel
import ScheduleFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The folder that holds the results of sweeps, and what is read of them.
struct ResultFolder {
  let path: FilePath

  /// What a file begins with, up to the end of its figures, in nearly all cases.
  private static let beginning = 1 << 14

  /// The names of everything in the folder; none where it does not exist.
  ///
  /// - Throws: `Failure` where it cannot be read.
  func names() throws(Failure) -> Set<FilePath> {
    guard let folder = path.withSystemText({ opendir($0) }) else {
      if errno == ENOENT { return [] }
      throw failure()
    }
    defer { closedir(folder) }
    var names = Set<FilePath>()
    while let entry = readdir(folder) {
      names.insert(
        withUnsafeBytes(of: &entry.pointee.d_name) { FilePath(bytes: $0.prefix { $0 != 0 }) })
    }
    return names
  }

  /// Makes the folder with all above it, where they are not there.
  ///
  /// - Throws: `Failure` where that is not possible.
  func make() throws(Failure) {
    let slash = UInt8(ascii: "/")
    let ends = path.bytes.indices.filter { $0 > 0 && path.bytes[$0] == slash } + [path.bytes.count]
    for end in ends {
      let part = FilePath(bytes: path.bytes[..<end])
      guard part.withSystemText({ mkdir($0, 0o777) }) == 0 || errno == EEXIST else { throw failure() }
    }
  }

  private func failure() -> Failure {
    Failure(.inputOutput, "\(path.outputName): \(SystemError.current)")
  }

  /// Reads the beginning of a result.
  ///
  /// - Throws: `Failure` or `FormatError` where it is none, or was cut on the way.
  static func result(at path: FilePath) throws -> SweepResult {
    let descriptor = path.withSystemText { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw Failure(.missingInput, "\(path.inputName): \(SystemError.current)") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw Failure(.inputOutput, "\(path.inputName): \(SystemError.current)")
    }
    let size = Int(status.st_size)
    let end = read(descriptor, from: max(0, size - 2), count: 2)
    guard end.contains(UInt8(ascii: "}")) else {
      throw Failure(
        .badInput,
        "\(path.inputName): expected a whole file, found a part of one: remove it, and --missing lists it again"
      )
    }
    let start = read(descriptor, from: 0, count: min(size, beginning))
    if let result = try SweepResult(beginning: start, isWhole: start.count == size, file: path.text) {
      return result
    }
    let all = try InputFile(path, limit: MemoryForecast.largestFile)
    guard let result = try SweepResult(beginning: all.bytes, isWhole: true, file: path.text) else {
      throw Failure(.badInput, "\(path.inputName): expected the result of a sweep, found another file")
    }
    return result
  }

  private static func read(_ descriptor: Int32, from place: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = max(0, pread(descriptor, buffer.baseAddress, count, off_t(place)))
    }
  }
}
