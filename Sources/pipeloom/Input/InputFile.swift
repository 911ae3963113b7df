#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of a file or of standard input.
struct InputFile {
  /// The path as it was given; `-` for standard input.
  let path: String
  /// The whole content.
  let bytes: [UInt8]

  /// The name for messages.
  static func name(of path: String) -> String { path == "-" ? "standard input" : path }

  /// Whether something exists at a path.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Reads everything.
  ///
  /// - Parameter limit: the most bytes that a file of this kind may have; more are refused unread.
  /// - Throws: `Failure` for a missing, unreadable or oversized file, or a directory.
  init(_ path: String, limit: Int) throws(Failure) {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure(.missingInput, "\(Self.name(of: path)): \(SystemError.current)")
    }
    defer { if path != "-" { close(descriptor) } }
    self.path = path
    bytes = try Self.read(descriptor, name: Self.name(of: path), limit: limit)
  }

  private static func read(_ descriptor: Int32, name: String, limit: Int) throws(Failure) -> [UInt8] {
    var status = stat()
    let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    var bytes: [UInt8] = []
    // One byte more than the file holds, so that its end is met without growing.
    var room = isRegular ? min(Int(status.st_size), limit) + 1 : 1 << 16
    while true {
      let begin = bytes.count
      let wanted = min(room, limit + 1 - begin)
      var count = 0
      bytes.reserveCapacity(begin + wanted)
      bytes.append(contentsOf: repeatElement(0, count: wanted))
      bytes.withUnsafeMutableBytes { buffer in
        repeat {
          count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + begin }, wanted)
        } while count < 0 && errno == EINTR
      }
      if count < 0 {
        if errno == EISDIR { throw Failure(.badInput, "\(name): expected a file, found a directory") }
        throw Failure(.inputOutput, "\(name): \(SystemError.current)")
      }
      bytes.removeLast(wanted - count)
      if count == 0 { return bytes }
      if bytes.count > limit {
        throw Failure(.badInput, "\(name): expected at most \(limit >> 20) MiB, found more")
      }
      room = max(1 << 16, bytes.count)
    }
  }
}
