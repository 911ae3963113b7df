#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a result goes: a file that is replaced as a whole, or standard output.
struct OutputFile {
  /// The path as it was given; `-` for standard output.
  let path: String

  /// Writes everything, or leaves what was there.
  ///
  /// A regular file is written to a temporary neighbour, flushed to the disk and renamed. A device or pipe is
  /// written to as it is.
  ///
  /// - Throws: `Failure` naming the path and what the operating system said.
  func write(_ bytes: [UInt8]) throws(Failure) {
    if path == "-" { return try StandardOutput.write(bytes) }
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw failure() }
      return try replace(Self.resolved(path), with: bytes, mode: nil)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      guard access(path, W_OK) == 0 else { throw failure() }
      try replace(Self.resolved(path), with: bytes, mode: status.st_mode & 0o7777)
    case S_IFDIR: throw Failure(.inputOutput, "\(path): expected a file, found a directory")
    default: try writeInPlace(bytes)
    }
  }

  /// Finds out early, before a long computation, that there is no folder for the file.
  ///
  /// - Throws: `Failure` as `write` would.
  func checkFolder() throws(Failure) {
    guard path != "-", let slash = path.lastIndex(of: "/") else { return }
    guard access(String(path[...slash]), F_OK) == 0 else { throw failure() }
  }

  private func replace(_ target: String, with bytes: [UInt8], mode: mode_t?) throws(Failure) {
    // An interrupt waits until the file is whole: it must not leave a temporary one behind.
    let signals = BlockedSignals()
    defer { signals.unblock() }
    let (temporary, descriptor) = Self.openNeighbour(of: target)
    guard descriptor >= 0 else { throw failure() }
    var succeeded = Descriptor.write(bytes, to: descriptor) && fsync(descriptor) == 0
    if let mode { succeeded = succeeded && fchmod(descriptor, mode) == 0 }
    var reason = errno
    // Closing may still report a failed write; it must happen either way.
    if close(descriptor) != 0, succeeded { (succeeded, reason) = (false, errno) }
    if succeeded, rename(temporary, target) != 0 { (succeeded, reason) = (false, errno) }
    guard succeeded else {
      unlink(temporary)
      errno = reason
      throw failure()
    }
  }

  private func writeInPlace(_ bytes: [UInt8]) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    guard Descriptor.write(bytes, to: descriptor) else { throw failure() }
  }

  private func failure() -> Failure {
    Failure(.inputOutput, "\(path.isEmpty ? "''" : path): \(SystemError.current)")
  }

  /// The file that a symbolic link stands for, there or not, so that the link stays one.
  private static func resolved(_ path: String) -> String {
    var path = path
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    // A circle of links never gets here: it cannot be looked at.
    for _ in 0..<64 {
      let count = readlink(path, &target, target.count)
      guard count > 0 else { break }
      let name = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      path = name.hasPrefix("/") ? name : folder(of: path) + name
    }
    return path
  }

  /// The path up to and with its last slash; empty for a name alone.
  private static func folder(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[...$0] } ?? ""
  }

  /// Makes an empty file with a short unused name in the same folder: a rename does not cross file systems.
  private static func openNeighbour(of path: String) -> (path: String, descriptor: Int32) {
    var attempt = 0
    while true {
      let neighbour = "\(folder(of: path)).pipeloom-\(getpid())-\(attempt).tmp"
      let descriptor = open(neighbour, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      // A killed process of the same number, as in a container, may have left its own behind.
      guard descriptor < 0, errno == EEXIST, attempt < 1000 else { return (neighbour, descriptor) }
      attempt += 1
    }
  }
}
