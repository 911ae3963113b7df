import Diagrams
import PipelineModel
import ScheduleFamilies
import ScheduleFormats

// Errors of the modules know no flags: what flags can do about them is said here, behind what they say themselves.

extension FamilyLayout {
  /// The flags that lay a sequential problem out so; empty where none are needed.
  var flags: String {
    switch self {
    case .sequential, .loop(1): ""
    case .loop(let least): "--chunks \(least)"
    case .v, .waves: "--chunks 2"
    case .bidirectional: "--placement bidirectional"
    case .pieces: "--pieces 2"
    }
  }
}

extension FamilyError {
  /// What is wrong, and the flags that help.
  var advice: String {
    switch self {
    case .needsLayout(_, let layout):
      layout.flags.isEmpty
        ? description : "\(self): \(layout.flags) makes it from a sequential problem"
    case .needsPassesAlone: "\(self): pipeloom search orders them"
    case .needsChain: "\(self): pipeloom search orders any"
    case .needsParts: "\(self): 1f1b and others leave it so"
    case .takesNoGroupSize: "\(self): leave --group-size out"
    case .unknown, .needsMicrobatches, .needsEven, .groupSize, .needsMemory, .exceedsMemoryLimit: description
    }
  }
}

extension DiagramError {
  /// What is wrong, and the flags that help.
  var advice: String {
    switch self {
    case .emptyWindow: "\(self): --to must be after --from"
    case .windowWithoutTime: "\(self): leave out --from and --to"
    case .lanesWithoutTime: "\(self): leave out --devices, --lanes and --fold"
    case .widthOutOfRange(let width, let range):
      "expected --width from \(range.lowerBound.short) to \(range.upperBound.short) points, found \(width.short)"
    case .imageTooLarge(let width, _, let limit) where width > limit:
      "\(self): make the page smaller with --width, draw a part with --from and --to, or write SVG or PDF"
    case .imageTooLarge:
      "\(self); neither --width nor --from and --to make it less tall: write SVG or PDF"
    case .fileTooLarge:
      "\(self): draw a part with --from and --to, write PDF, or force it with --force"
    case .windowOutside, .noDevices, .badTimes, .noGraphviz, .noFonts, .badFigure, .graphTooLarge, .graphviz:
      description
    }
  }
}

extension ExportRefusal {
  /// What was expected and found, and the flags that help.
  var advice: String {
    worded { remedy in
      switch remedy {
      case .change, .wrapModules: remedy.description
      case .wholeBackward: "search with --backward fused"
      case .modesPer(let extent): "search with --modes-per \(extent.rawValue)"
      case .foldedModes: "take modes that recompute within the backward pass, with --modes NAME"
      case .plainModes: "take --modes plain"
      case .loweredSteps: "\(remedy), --format torch-comms"
      case .genericProgram: "\(remedy), --format program"
      }
    }
  }
}

extension FormatError {
  /// Where what is wrong, and the flags that help.
  var advice: String { place.isEmpty ? reasonAdvice : "\(place): \(reasonAdvice)" }

  /// What is wrong, without the place.
  var reasonAdvice: String {
    if case .unsuitable(let refusal) = reason { refusal.advice } else { reason.description }
  }
}
