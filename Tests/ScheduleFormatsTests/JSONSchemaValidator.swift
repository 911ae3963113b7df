import Foundation

/// A validator for the part of JSON Schema 2020-12 that the schemas in docs/ use; any other keyword is a failure,
/// so that no schema can say what is not checked.
struct JSONSchemaValidator {
  /// Why a value does not match, or why a schema cannot be used.
  struct Violation: Error, CustomStringConvertible {
    var description: String
  }

  /// The schemas by file name.
  let schemas: [String: [String: Any]]

  /// Loads schemas from a folder.
  init(folder: URL, names: [String]) throws {
    var schemas: [String: [String: Any]] = [:]
    for name in names {
      let value = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: name)))
      schemas[name] = value as? [String: Any]
    }
    self.schemas = schemas
  }

  /// Throws unless a JSON text matches a schema.
  func validate(_ bytes: [UInt8], against name: String) throws {
    let value = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    try check(value, subschema(name, "#"), in: name, at: "$")
  }

  private func subschema(_ name: String, _ pointer: String) throws -> [String: Any] {
    guard var schema = schemas[name] else { throw Violation(description: "no schema \(name)") }
    for step in pointer.split(separator: "/").dropFirst() {
      guard let next = schema[String(step)] as? [String: Any] else {
        throw Violation(description: "\(name) has no \(pointer)")
      }
      schema = next
    }
    return schema
  }

  private func check(_ value: Any, _ schema: [String: Any], in name: String, at path: String) throws {
    for (keyword, argument) in schema {
      let holds: Bool
      switch (keyword, argument) {
      case ("$schema", _), ("$id", _), ("title", _), ("description", _), ("$defs", _), ("default", _),
        ("x-default", _):
        continue
      case ("not", let other as [String: Any]):
        holds = (try? check(value, other, in: name, at: path)) == nil
      case ("$ref", let target as String):
        let file = target.hasPrefix("#") ? name : target
        try check(value, subschema(file, target.hasPrefix("#") ? target : "#"), in: file, at: path)
        continue
      case ("anyOf", let options as [[String: Any]]):
        holds = options.contains { (try? check(value, $0, in: name, at: path)) != nil }
      case ("properties", let properties as [String: [String: Any]]):
        for (key, member) in value as? [String: Any] ?? [:] {
          if let schema = properties[key] { try check(member, schema, in: name, at: "\(path).\(key)") }
        }
        continue
      case ("items", let items as [String: Any]):
        for (index, element) in (value as? [Any] ?? []).enumerated() {
          try check(element, items, in: name, at: "\(path)[\(index)]")
        }
        continue
      case ("prefixItems", let items as [[String: Any]]):
        for (index, (element, schema)) in zip(value as? [Any] ?? [], items).enumerated() {
          try check(element, schema, in: name, at: "\(path)[\(index)]")
        }
        continue
      case ("propertyNames", let names as [String: Any]):
        for key in (value as? [String: Any] ?? [:]).keys {
          try check(key, names, in: name, at: "\(path).\(key)")
        }
        continue
      case ("additionalProperties", let rest as [String: Any]):
        let known = schema["properties"] as? [String: Any] ?? [:]
        for (key, member) in value as? [String: Any] ?? [:] where known[key] == nil {
          try check(member, rest, in: name, at: "\(path).\(key)")
        }
        continue
      case ("additionalProperties", false as Bool):
        let known = schema["properties"] as? [String: Any] ?? [:]
        holds = (value as? [String: Any] ?? [:]).keys.allSatisfy { known[$0] != nil }
      default:
        holds = try assertion(keyword, argument, holdsFor: value)
      }
      guard holds else { throw Violation(description: "\(path): \(keyword) does not hold") }
    }
  }

  /// The keywords that look at one value alone; each holds for values of another type.
  private func assertion(_ keyword: String, _ argument: Any, holdsFor value: Any) throws -> Bool {
    let object = value as? [String: Any]
    let count = (value as? [Any])?.count
    let number = isBoolean(value) ? nil : (value as? NSNumber)?.doubleValue
    switch (keyword, argument) {
    case ("type", let type as String): return try isType(value, type)
    case ("const", let constant as String): return value as? String == constant
    case ("enum", let options as [String]): return (value as? String).map(options.contains) ?? false
    case ("required", let keys as [String]):
      return object.map { object in keys.allSatisfy { object[$0] != nil } } ?? true
    case ("dependentRequired", let dependencies as [String: [String]]):
      return object.map { object in
        dependencies.allSatisfy { key, others in object[key] == nil || others.allSatisfy { object[$0] != nil }
        }
      } ?? true
    case ("minItems", let bound as Int): return count.map { $0 >= bound } ?? true
    case ("maxItems", let bound as Int): return count.map { $0 <= bound } ?? true
    case ("minLength", let bound as Int):
      return (value as? String).map { $0.unicodeScalars.count >= bound } ?? true
    case ("pattern", let pattern as String):
      return (value as? String).map { $0.range(of: pattern, options: .regularExpression) != nil } ?? true
    case ("minimum", let bound as Double): return number.map { $0 >= bound } ?? true
    case ("maximum", let bound as Double): return number.map { $0 <= bound } ?? true
    case ("exclusiveMinimum", let bound as Double): return number.map { $0 > bound } ?? true
    case ("exclusiveMaximum", let bound as Double): return number.map { $0 < bound } ?? true
    case ("uniqueItems", true as Bool):
      return (value as? [Any]).map { Set($0.map { "\($0)" }).count == $0.count } ?? true
    default: throw Violation(description: "unknown keyword \(keyword)")
    }
  }

  private func isType(_ value: Any, _ type: String) throws -> Bool {
    switch type {
    case "object": return value is [String: Any]
    case "array": return value is [Any]
    case "string": return value is String
    case "null": return value is NSNull
    case "boolean": return isBoolean(value)
    case "number": return value is NSNumber && !isBoolean(value)
    case "integer":
      guard !isBoolean(value), let number = value as? NSNumber else { return false }
      return number.doubleValue.rounded() == number.doubleValue
    default: throw Violation(description: "unknown type \(type)")
    }
  }

  /// `JSONSerialization` bridges both numbers and booleans to `NSNumber`; only booleans have this encoding.
  private func isBoolean(_ value: Any) -> Bool {
    (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
  }
}
