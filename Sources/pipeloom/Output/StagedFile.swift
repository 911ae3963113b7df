#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that is whole on the disk, beside the place that it is to take.
///
/// Where the system has them, it is a file without a name until then, of which not even a killed process leaves
/// anything behind. Whatever fails leaves its reason in `errno`.
final class StagedFile {
  private let target: FilePath
  private let replaces: Bool
  /// Open as long as the file has no name.
  private var descriptor: Int32?
  /// The file's name for the time being.
  private var temporary: FilePath?
  /// The name under which the old file is kept.
  private var old: FilePath?

  /// Writes bytes to the disk.
  ///
  /// - Parameters:
  ///   - target: the place to take, in the same folder: a rename does not cross file systems.
  ///   - mode: the permissions of the file that stands there; `nil` where there is none.
  /// - Returns: `nil` when that failed.
  init?(_ bytes: [UInt8], for target: FilePath, mode: mode_t?) {
    self.target = target
    replaces = mode != nil
    if let nameless = Self.openNameless(in: target.folder) {
      descriptor = nameless
      guard Self.fill(nameless, bytes, mode) else { return nil }
      return
    }
    let (path, named) = Self.openNeighbour(of: target)
    guard named >= 0 else { return nil }
    temporary = path
    let isFull = Self.fill(named, bytes, mode)
    let reason = errno
    // Closing may still report a failed write; it must happen either way.
    let isClosed = systemClose(named) == 0
    guard isFull, isClosed else {
      if !isFull { errno = reason }
      return nil
    }
  }

  /// Gives up what has not taken its place; to be called at the end in any case.
  func close() {
    let reason = errno
    if let descriptor { _ = systemClose(descriptor) }
    if let temporary { Self.remove(temporary) }
    if let old { Self.remove(old) }
    (descriptor, temporary, old) = (nil, nil, nil)
    errno = reason
  }

  deinit { close() }

  /// Takes the place and tells whether that worked.
  ///
  /// - Parameter keepsOld: whether `withdraw` has to be possible. Where the file system has no second names for a
  ///   file, it is not.
  func publish(keepingOld keepsOld: Bool) -> Bool {
    if replaces, keepsOld { old = Self.nameNeighbour(of: target) { Self.link(self.target, $0) } }
    guard let descriptor else { return rename() }
    if !replaces, Self.link(descriptor, target) { return true }
    guard replaces || errno == EEXIST else { return false }
    temporary = Self.nameNeighbour(of: target) { Self.link(descriptor, $0) }
    return temporary != nil && rename()
  }

  /// Gives the place back.
  func withdraw() {
    if let old {
      if Self.rename(old, to: target) { self.old = nil }
    } else if !replaces {
      Self.remove(target)
    }
  }

  private func rename() -> Bool {
    guard let path = temporary, Self.rename(path, to: target) else { return false }
    temporary = nil
    return true
  }
}

extension StagedFile {
  private static func fill(_ descriptor: Int32, _ bytes: [UInt8], _ mode: mode_t?) -> Bool {
    guard Descriptor.write(bytes, to: descriptor), fsync(descriptor) == 0 else { return false }
    return mode.map { fchmod(descriptor, $0) == 0 } ?? true
  }

  /// Opens a file without a name that can be given one later; `nil` where there is no such thing.
  private static func openNameless(in folder: FilePath) -> Int32? {
    #if os(Linux)
      // The flag is a macro too intricate to be imported.
      let flags = 0o20_000_000 | O_DIRECTORY | O_WRONLY | O_CLOEXEC
      let path = folder.bytes.isEmpty ? FilePath(bytes: ".".utf8) : folder
      let descriptor = path.withSystemText { open($0, flags, 0o666) }
      guard descriptor >= 0 else { return nil }
      guard InputFile.exists(link(of: descriptor)) else {
        _ = systemClose(descriptor)
        return nil
      }
      return descriptor
    #else
      return nil
    #endif
  }

  /// The link by which the system shows an open file.
  private static func link(of descriptor: Int32) -> FilePath {
    FilePath(bytes: "/proc/self/fd/\(descriptor)".utf8)
  }

  private static func link(_ descriptor: Int32, _ path: FilePath) -> Bool {
    link(link(of: descriptor), path, flags: AT_SYMLINK_FOLLOW)
  }

  private static func link(_ path: FilePath, _ other: FilePath, flags: Int32 = 0) -> Bool {
    path.withSystemText { path in
      other.withSystemText { other in linkat(AT_FDCWD, path, AT_FDCWD, other, flags) == 0 }
    }
  }

  private static func rename(_ path: FilePath, to target: FilePath) -> Bool {
    path.withSystemText { path in target.withSystemText { target in systemRename(path, target) == 0 } }
  }

  private static func remove(_ path: FilePath) { _ = path.withSystemText { unlink($0) } }

  /// Makes an empty file with a short unused name in the same folder.
  private static func openNeighbour(of path: FilePath) -> (path: FilePath, descriptor: Int32) {
    var descriptor: Int32 = -1
    let neighbour = nameNeighbour(of: path) { neighbour in
      descriptor = neighbour.withSystemText { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
      return descriptor >= 0
    }
    return (neighbour ?? path, descriptor)
  }

  /// Tries short names in the same folder until one is free, and returns it; `nil` when that is not what failed.
  private static func nameNeighbour(of path: FilePath, _ take: (FilePath) -> Bool) -> FilePath? {
    var attempt = 0
    while true {
      let neighbour = path.neighbour(".pipeloom-\(getpid())-\(attempt).tmp")
      if take(neighbour) { return neighbour }
      // A killed process of the same number, as in a container, may have left its own behind.
      guard errno == EEXIST, attempt < 1000 else { return nil }
      attempt += 1
    }
  }
}

// By names of their own: the methods of `StagedFile` would hide them.
private let systemClose = close
private let systemRename = rename
