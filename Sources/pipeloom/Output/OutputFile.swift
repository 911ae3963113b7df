#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a result goes: a file that is replaced as a whole, or standard output.
struct OutputFile {
  /// The path as it was given; `-` for standard output.
  let path: FilePath

  /// Writes everything, or leaves what was there.
  ///
  /// - Throws: `Failure` naming the path and what the operating system said.
  func write(_ bytes: [UInt8]) throws(Failure) { try Self.write([(self, bytes)]) }

  /// Writes all files, or leaves everything as it was.
  ///
  /// A regular file is written to the disk beside its place and takes it when all are whole. A device or pipe is
  /// written to as it is, once the others are on the disk.
  ///
  /// - Throws: `Failure` naming the first path that cannot be written and what the operating system said.
  static func write(_ files: [(file: OutputFile, bytes: [UInt8])]) throws(Failure) {
    var places: [(file: OutputFile, bytes: [UInt8], target: FilePath, mode: mode_t?)] = []
    var streams: [(file: OutputFile, bytes: [UInt8])] = []
    for (file, bytes) in files {
      switch try file.destination() {
      case .stream: streams.append((file, bytes))
      case .file(let target, let mode): places.append((file, bytes, target, mode))
      }
    }
    // A signal waits until all files are there: it must leave neither a part of them nor a temporary one behind.
    let signals = places.isEmpty ? nil : BlockedSignals()
    defer { signals?.unblock() }
    var staged: [(file: OutputFile, copy: StagedFile)] = []
    defer { for (_, copy) in staged { copy.close() } }
    for (file, bytes, target, mode) in places {
      guard let copy = StagedFile(bytes, for: target, mode: mode) else { throw file.failure() }
      staged.append((file, copy))
    }
    for (file, bytes) in streams { try file.writeInPlace(bytes) }
    for index in staged.indices {
      // A single file needs no way back.
      guard staged[index].copy.publish(keepingOld: staged.count > 1) else {
        let failure = staged[index].file.failure()
        for earlier in 0..<index { staged[earlier].copy.withdraw() }
        throw failure
      }
    }
  }

  /// Finds out early, before a long computation, that there is no folder for the file.
  ///
  /// - Throws: `Failure` as `write` would.
  func checkFolder() throws(Failure) {
    guard !path.isStandardStream, !path.folder.bytes.isEmpty else { return }
    guard InputFile.exists(path.folder) else { throw failure() }
  }

  /// What stands at the path.
  private enum Destination {
    /// A file, there or not, with the permissions that it has.
    case file(FilePath, mode: mode_t?)
    /// Standard output, a device or a pipe.
    case stream
  }

  private func destination() throws(Failure) -> Destination {
    if path.isStandardStream { return .stream }
    var status = stat()
    guard path.withSystemText({ stat($0, &status) }) == 0 else {
      guard errno == ENOENT else { throw failure() }
      return .file(Self.resolved(path), mode: nil)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      guard path.withSystemText({ access($0, W_OK) }) == 0 else { throw failure() }
      return .file(Self.resolved(path), mode: status.st_mode & 0o7777)
    case S_IFDIR: throw Failure(.inputOutput, "\(path.outputName): expected a file, found a directory")
    default: return .stream
    }
  }

  private func writeInPlace(_ bytes: [UInt8]) throws(Failure) {
    if path.isStandardStream { return try StandardOutput.write(bytes) }
    let descriptor = path.withSystemText { open($0, O_WRONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    guard Descriptor.write(bytes, to: descriptor) else { throw failure() }
  }

  private func failure() -> Failure {
    Failure(.inputOutput, "\(path.outputName): \(SystemError.current)")
  }

  /// The file that a symbolic link stands for, there or not, so that the link stays one.
  private static func resolved(_ path: FilePath) -> FilePath {
    var path = path
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    // A circle of links never gets here: it cannot be looked at.
    for _ in 0..<64 {
      let count = path.withSystemText { readlink($0, &target, target.count) }
      guard count > 0 else { break }
      let name = FilePath(bytes: target[..<count].map { UInt8(bitPattern: $0) })
      path = name.isAbsolute ? name : path.folder.appending(name.bytes)
    }
    return path
  }
}

extension FilePath {
  /// The name of what is written for messages.
  var outputName: String { name("standard output") }
}
