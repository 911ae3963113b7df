#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cores that the process may run on; batch systems often give a job only some of a machine's.
func availableCores() -> Int { allowedCores() ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

/// The bits of the mask that Linux tells of a process, in hexadecimal digits; `nil` elsewhere.
private func allowedCores() -> Int? {
  guard let file = fopen("/proc/self/status", "r") else { return nil }
  defer { fclose(file) }
  let text = withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 1) { buffer in
    String(decoding: buffer[..<fread(buffer.baseAddress, 1, buffer.count, file)], as: UTF8.self)
  }
  let key = "Cpus_allowed:"
  guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
  let count = line.dropFirst(key.count).reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
  return count > 0 ? count : nil
}
