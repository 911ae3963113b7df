#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of a file or of standard input.
struct InputFile {
  /// The path as it was given; `-` for standard input.
  let path: FilePath
  /// The whole content.
  let bytes: [UInt8]

  /// Refuses to read standard input a second time, when it would be empty.
  ///
  /// - Throws: `Failure` when more than one path is `-`.
  static func checkStandardInput(_ paths: [FilePath]) throws(Failure) {
    guard paths.count(where: \.isStandardStream) > 1 else { return }
    throw Failure(.usage, "expected '-' once, as standard input is read only once")
  }

  /// Whether something exists at a path.
  static func exists(_ path: FilePath) -> Bool { path.withSystemText { access($0, F_OK) } == 0 }

  /// The first bytes of a file; `nil` where it cannot be read.
  static func beginning(of path: FilePath) -> [UInt8]? {
    let descriptor = path.withSystemText { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 12, alignment: 1)
    defer { block.deallocate() }
    let count = Descriptor.read(descriptor, into: block)
    return count < 0 ? nil : Array(UnsafeRawBufferPointer(rebasing: block[..<count]))
  }

  /// Reads everything.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that a file of this kind may have; more are refused unread.
  ///   - isPossible: whether the beginning of a large text is one of a file of this kind. The rest of others is
  ///     not read: their beginning is enough to refuse them, and they may never end.
  /// - Throws: `Failure` for a missing, unreadable or oversized file, or a directory.
  init(_ path: FilePath, limit: Int, isPossible: ([UInt8]) -> Bool = { _ in true }) throws(Failure) {
    let descriptor =
      path.isStandardStream ? STDIN_FILENO : path.withSystemText { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      throw Failure(.missingInput, "\(path.inputName): \(SystemError.current)")
    }
    defer { if !path.isStandardStream { close(descriptor) } }
    self.path = path
    bytes = try Self.read(
      descriptor, name: path.inputName, limit: min(limit, MemoryForecast.largestFile), isPossible)
  }

  private static func read(
    _ descriptor: Int32, name: String, limit: Int, _ isPossible: ([UInt8]) -> Bool
  ) throws(Failure) -> [UInt8] {
    var status = stat()
    let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    let size = isRegular ? Int(status.st_size) : 0
    let tooLarge = Failure(
      .badInput, "\(name): expected at most \(limit >> 20) MiB, found more", isLasting: false)
    guard size <= limit else { throw tooLarge }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    var isJudged = false
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 1)
    defer { block.deallocate() }
    while true {
      let count = Descriptor.read(descriptor, into: block)
      if count < 0 {
        if errno == EISDIR {
          throw Failure(.badInput, "\(name): expected a file, found a directory", isLasting: false)
        }
        throw Failure(.inputOutput, "\(name): \(SystemError.current)")
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { throw tooLarge }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: block[..<count]))
      if !isJudged, bytes.count > block.count {
        guard isPossible(bytes) else { return bytes }
        isJudged = true
      }
    }
  }
}

extension FilePath {
  /// The name of what is read for messages.
  var inputName: String { name("standard input") }
}
