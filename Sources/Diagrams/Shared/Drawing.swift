/// A picture made of plain shapes, in points, with y growing downwards from the page's top left corner.
///
/// Whatever can be said in these shapes can be rendered by `GraphvizRenderer`. Other packages get a drawing from a
/// chart, and what is in it stays within this one. Shapes are painted first, then boxes, then texts, each in the
/// order given.
public struct Drawing: Sendable {
  /// The page's width in points.
  package var width: Double
  /// The page's height in points.
  package var height: Double
  /// The picture's name, for screen readers.
  package var title: String
  /// What the picture shows, for screen readers.
  package var description: String
  /// Which of each paint's two colours to use; `nil` is light, and an SVG follows the reader's preference.
  package var theme: Theme?
  /// The page's own colour.
  package var page: Paint
  /// Everything that needs no name: lanes, hatching, axes, curves.
  package var shapes: [Shape] = []
  /// Boxes with a name, a tooltip and a label.
  package var boxes: [Box] = []
  /// Lines of text.
  package var texts: [Text] = []

  /// Opens an empty page; its sides are rounded up to whole points.
  package init(
    width: Double, height: Double, title: String, description: String = "", theme: Theme? = nil, page: Paint
  ) {
    self.width = width.rounded(.up)
    self.height = height.rounded(.up)
    self.title = title
    self.description = description
    self.theme = theme
    self.page = page
  }
}

extension Drawing {
  /// A place on the page.
  package struct Point: Hashable, Sendable {
    /// Points from the left edge.
    package var x: Double
    /// Points from the top edge.
    package var y: Double

    /// Names a place.
    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// An upright rectangle.
  package struct Rectangle: Hashable, Sendable {
    /// The left edge.
    package var left: Double
    /// The top edge.
    package var top: Double
    /// The right edge, not left of `left`.
    package var right: Double
    /// The bottom edge, not above `top`.
    package var bottom: Double

    /// Names a rectangle by its edges.
    package init(left: Double, top: Double, right: Double, bottom: Double) {
      self.left = left
      self.top = top
      self.right = right
      self.bottom = bottom
    }

    /// The distance between the left and the right edge.
    package var width: Double { right - left }
    /// The distance between the top and the bottom edge.
    package var height: Double { bottom - top }
  }

  /// An outline's paint and width.
  package struct Stroke: Hashable, Sendable {
    /// The outline's colours.
    package var paint: Paint
    /// The outline's width in points.
    package var width: Double

    /// Describes an outline.
    package init(_ paint: Paint, width: Double = 0.5) {
      self.paint = paint
      self.width = width
    }
  }

  /// A shape without a name.
  package enum Shape: Hashable, Sendable {
    /// A closed polygon.
    case polygon([Point], fill: Paint, stroke: Stroke)
    /// A rectangle: a polygon that is cheap to make by the hundred thousand.
    case rectangle(Rectangle, fill: Paint, stroke: Stroke)
    /// An open line through points.
    case line([Point], Stroke)
    /// An open line of cubic Bézier curves: a start, then two control points and an end for each.
    case curve([Point], Stroke)
  }

  /// A named figure with a label in its middle.
  package struct Box: Hashable, Sendable {
    /// How a box fills its frame.
    package enum Form: Hashable, Sendable {
      /// The whole frame.
      case rectangle
      /// The ellipse that touches the frame's four edges; a circle in a square frame.
      case ellipse
      /// The polygon between the middles of the frame's edges.
      case diamond
    }

    /// Where the box is; edges are drawn true to a tenth of a point, so that boxes that touch do so exactly.
    package var frame: Rectangle
    /// How the box fills its frame.
    package var form: Form
    /// The fill.
    package var fill: Paint
    /// Whether the shapes below are seen through the fill.
    package var isClear: Bool
    /// The outline.
    package var stroke: Stroke
    /// The text in the middle; `nil` for none.
    package var label: Label?
    /// An identifier made of letters, digits, `.`, `-` and `_`, unique in the drawing.
    package var id: String
    /// Class names separated by spaces, for style sheets.
    package var classes: String
    /// What a browser shows when the pointer rests on the box; `nil` for nothing.
    package var tooltip: String?

    /// Describes a box.
    package init(
      _ frame: Rectangle, form: Form = .rectangle, fill: Paint, isClear: Bool = false, stroke: Stroke,
      label: Label? = nil, id: String, classes: String = "", tooltip: String? = nil
    ) {
      self.frame = frame
      self.form = form
      self.fill = fill
      self.isClear = isClear
      self.stroke = stroke
      self.label = label
      self.id = id
      self.classes = classes
      self.tooltip = tooltip
    }
  }

  /// A text in the middle of a box.
  package struct Label: Hashable, Sendable {
    /// What it says.
    package var string: String
    /// The font size in points.
    package var size: Double
    /// The ink.
    package var paint: Paint

    /// Describes a label.
    package init(_ string: String, size: Double, paint: Paint) {
      self.string = string
      self.size = size
      self.paint = paint
    }
  }

  /// One line of text.
  package struct Text: Hashable, Sendable {
    /// Which part of the text stands at its place.
    package enum Anchor: Hashable, Sendable {
      /// The text begins there.
      case start
      /// The text's middle is there.
      case middle
      /// The text ends there.
      case end
    }

    /// What it says, how large and in which ink.
    package var label: Label
    /// The place, at half the text's height.
    package var at: Point
    /// Which part of the text stands there.
    package var anchor: Anchor

    /// Places a line of text.
    package init(_ string: String, size: Double, paint: Paint, at: Point, anchor: Anchor = .start) {
      self.label = Label(string, size: size, paint: paint)
      self.at = at
      self.anchor = anchor
    }
  }
}
