import CPango

/// A paragraph that is broken into lines.
final class TextBlock {
  let style: TextStyle
  private let layout: OpaquePointer

  fileprivate init(layout: OpaquePointer, _ style: TextStyle) {
    self.layout = layout
    self.style = style
  }

  deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }

  /// Breaks a text into lines; pango_layout_set_text(3) knows no markup.
  convenience init(
    _ text: String, _ style: TextStyle, in context: OpaquePointer, families: String, width: Double,
    lines: Int?
  ) {
    guard let layout = pango_layout_new(context), let font = pango_font_description_new() else {
      preconditionFailure("GLib ends the program where there is no memory")
    }
    self.init(layout: layout, style)
    defer { pango_font_description_free(font) }
    pango_font_description_set_family(font, families)
    pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
    if style.isBold { pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD) }
    pango_layout_set_font_description(layout, font)
    // A paragraph begins at the left, also with a name in Arabic.
    pango_layout_set_auto_dir(layout, gboolean(0))
    // A word that is longer than a line is broken anywhere.
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
    // And gets no hyphen there: it would look like part of a device's name.
    let attributes = pango_attr_list_new()
    defer { pango_attr_list_unref(attributes) }
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(gboolean(0)))
    pango_layout_set_attributes(layout, attributes)
    if let lines {
      pango_layout_set_height(layout, Int32(-lines))
      pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
    }
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        pango_layout_set_text(layout, bytes.baseAddress, Int32(bytes.count))
      }
    }
  }

  var lines: Int { Int(pango_layout_get_line_count(layout)) }

  /// How many characters no font has.
  var unknown: Int { Int(pango_layout_get_unknown_glyphs_count(layout)) }

  /// Draws a line where its letters are to stand: from the left edge on, or up to the right one.
  func draw(_ line: Int, on context: OpaquePointer, from left: Double, baseline: Double) {
    draw(line, on: context, baseline: baseline) { _ in left }
  }

  func draw(_ line: Int, on context: OpaquePointer, upTo right: Double, baseline: Double) {
    draw(line, on: context, baseline: baseline) { width in right - width }
  }

  private func draw(
    _ line: Int, on context: OpaquePointer, baseline: Double, _ place: (_ width: Double) -> Double
  ) {
    guard let line = pango_layout_get_line_readonly(layout, Int32(line)) else { return }
    var logical = PangoRectangle()
    pango_layout_line_get_extents(line, nil, &logical)
    cairo_move_to(context, place(Double(logical.width) / Double(PANGO_SCALE)), baseline)
    pango_cairo_show_layout_line(context, line)
  }
}
