import CZlib

/// Files compressed by gzip (RFC 1952).
enum Gzip {
  /// Whether a file begins as one of gzip does.
  static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// Unpacks a file of one member or several, one after another.
  ///
  /// - Parameter limit: the most bytes that are unpacked.
  /// - Throws: `FormatError` for a file that is damaged or ends early, or one that unpacks to more.
  static func unpack(_ bytes: [UInt8], limit: Int) throws(FormatError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(min(limit, statedSize(bytes)))
    var done = 0
    while done < bytes.count {
      let member = try unpackMember(bytes, from: done, limit: limit, into: &result)
      done += member
      // Some writers fill up the last block of a tape or disk.
      if bytes[done...].allSatisfy({ $0 == 0 }) { break }
    }
    return result
  }

  /// The size that the last four bytes tell, which keeps a large array from being copied as it grows; no promise.
  private static func statedSize(_ bytes: [UInt8]) -> Int {
    let size = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    // Deflate makes nothing smaller than by a factor of about a thousand.
    return min(size, bytes.count.multipliedReportingOverflow(by: 1032).partialValue)
  }

  /// Unpacks one member and tells how many bytes it took.
  private static func unpackMember(
    _ bytes: [UInt8], from begin: Int, limit: Int, into result: inout [UInt8]
  ) throws(FormatError) -> Int {
    var stream = z_stream()
    guard pipeloom_inflate_init(&stream) == Z_OK else {
      throw FormatError(.expected("memory to unpack the file", found: "none"))
    }
    defer { inflateEnd(&stream) }
    let block = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 20)
    defer { block.deallocate() }
    var taken = 0
    while true {
      // zlib counts input in 32 bits.
      let piece = min(bytes.count - begin - taken, 1 << 30)
      let status = bytes.withUnsafeBufferPointer { input in
        // zlib declares its input without `const` and does not change it.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + begin + taken })
        stream.avail_in = UInt32(piece)
        stream.next_out = block.baseAddress
        stream.avail_out = UInt32(block.count)
        return inflate(&stream, Z_NO_FLUSH)
      }
      taken += piece - Int(stream.avail_in)
      let made = block.count - Int(stream.avail_out)
      guard result.count + made <= limit else {
        throw FormatError(.tooLarge(bytes: result.count + made, limit: limit))
      }
      result.append(contentsOf: block[..<made])
      if status == Z_STREAM_END { return taken }
      guard status == Z_OK || status == Z_BUF_ERROR else {
        throw FormatError(.expected("a file of gzip", found: "a damaged one"))
      }
      guard made > 0 || begin + taken < bytes.count else {
        throw FormatError(.expected("the rest of a file of gzip", found: "the end of the file"))
      }
    }
  }
}
