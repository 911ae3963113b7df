#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reading from and writing to a file descriptor.
enum Descriptor {
  /// Reads what comes next; 0 at the end, and below 0 on failure, when `errno` says why.
  static func read(_ descriptor: Int32, into block: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = systemRead(descriptor, block.baseAddress, block.count)
      if count >= 0 || errno != EINTR { return count }
    }
  }

  /// Writes all bytes; tells whether all arrived. On failure `errno` says why.
  static func write(_ bytes: some ContiguousBytes, to descriptor: Int32) -> Bool {
    bytes.withBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = systemWrite(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        done += count
      }
      return true
    }
  }
}

// By names of their own: the functions of `Descriptor` would hide them.
private let systemRead = read
private let systemWrite = write

/// Something that lies in memory in one piece.
protocol ContiguousBytes {
  /// Gives access to the bytes.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension [UInt8]: ContiguousBytes {
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { withUnsafeBytes(body) }
}

extension String: ContiguousBytes {
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    var copy = self
    return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
}

/// Standard output, whose failures are not lost.
enum StandardOutput {
  /// Writes everything.
  ///
  /// - Throws: `Failure` when the output is full or its reader has gone.
  static func write(_ bytes: some ContiguousBytes) throws(Failure) {
    guard Descriptor.write(bytes, to: STDOUT_FILENO) else {
      throw Failure(.inputOutput, "standard output: \(SystemError.current)")
    }
  }
}

/// Standard error; there is nowhere to report its failures.
enum StandardError {
  /// Writes what can be written.
  static func write(_ text: String) {
    _ = Descriptor.write(text, to: STDERR_FILENO)
  }

  /// Writes a warning about a file, in one line.
  static func warn(_ warning: some CustomStringConvertible, about file: String) {
    write("pipeloom: warning: \(InputFile.name(of: file)): \(warning)\n")
  }
}
