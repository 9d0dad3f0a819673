import CPango

/// Fonts of this machine, and what they have.
///
/// Of one letter and one thread: what pango keeps for later goes with it.
final class Typesetter {
  /// Noto's and IPA's are what Debian recommends for Japanese; fontconfig finds another one where neither is there.
  private static let japanese = "Noto Sans CJK JP, IPAexGothic, sans-serif"
  /// A Japanese font's quotation marks are as wide as a Han character.
  private static let english = "Noto Sans, Liberation Sans, DejaVu Sans, " + japanese

  private let families: String
  private let fonts: UnsafeMutablePointer<PangoFontMap>
  private let context: OpaquePointer

  /// - Throws: ``LetterError/notDrawn(_:)`` where there is no memory.
  init(_ language: Letter.Language) throws(LetterError) {
    guard let fonts = pango_cairo_font_map_new() else { throw .notDrawn("pango has no fonts") }
    guard let context = pango_font_map_create_context(fonts) else {
      g_object_unref(fonts)
      throw .notDrawn("pango has no context")
    }
    families = language == .english ? Self.english : Self.japanese
    self.fonts = fonts
    self.context = context
    pango_context_set_language(context, pango_language_from_string(language.rawValue))
    pango_context_set_base_dir(context, PANGO_DIRECTION_LTR)
    // Paper has no pixels that letters would have to be moved to.
    pango_context_set_round_glyph_positions(context, gboolean(0))
    let options = cairo_font_options_create()
    defer { cairo_font_options_destroy(options) }
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    pango_cairo_context_set_font_options(context, options)
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(context))
    g_object_unref(fonts)
  }

  /// One paragraph, broken into lines of at most this width; what is longer than `lines` of them ends in an ellipsis.
  func block(_ text: String, _ style: TextStyle, width: Double, lines: Int? = nil) -> TextBlock {
    TextBlock(text, style, in: context, families: families, width: width, lines: lines)
  }

  /// The characters of a text that no font has, each once, in the order in which they stand.
  func missing(in text: String) -> [Unicode.Scalar] {
    guard block(text, .text, width: Sheet.width).unknown > 0 else { return [] }
    var seen: Set<Unicode.Scalar> = []
    return text.unicodeScalars.filter { scalar in
      !scalar.properties.isDefaultIgnorableCodePoint && seen.insert(scalar).inserted
        && block(String(scalar), .text, width: Sheet.width).unknown > 0
    }
  }
}
