import CPango

/// A PDF in the making: sheets of A4, in memory until the last one is done.
struct PDFPages: ~Copyable {
  /// Three sheets of 3,000 Han characters, no two the same, have 1.5 MB; whatever grows beyond this is no letter.
  private static let limit = 8 << 20

  private let surface: OpaquePointer
  private let context: OpaquePointer
  private let sink = Sink()

  init(title: String, day: String) {
    let write: cairo_write_func_t = { sink, bytes, count in
      guard let sink, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
      return Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().take(
        UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    }
    // cairo never returns NULL: what went wrong is told by the status at the end. The sink lives as long as this does.
    guard
      let surface = cairo_pdf_surface_create_for_stream(
        write, Unmanaged.passUnretained(sink).toOpaque(), Sheet.width, Sheet.height),
      let context = cairo_create(surface)
    else { preconditionFailure("cairo returns an object that says that there is no memory") }
    self.surface = surface
    self.context = context
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
    // Without it the PDF would tell when it was written, and be another one each time.
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, day)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// Draws into a part of the sheet, and nothing outside of it.
  func within(
    x: Range<Double>, y: Range<Double>, _ body: (_ context: OpaquePointer) -> Void
  ) {
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_rectangle(
      context, x.lowerBound, y.lowerBound, x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
    cairo_clip(context)
    body(context)
  }

  func endSheet() { cairo_show_page(context) }

  /// The whole file.
  func finish() throws(LetterError) -> [UInt8] {
    cairo_surface_finish(surface)
    for status in [cairo_status(context), cairo_surface_status(surface)] where status != CAIRO_STATUS_SUCCESS
    {
      throw .notDrawn(cairo_status_to_string(status).map { String(cString: $0) } ?? "cairo failed")
    }
    return sink.bytes
  }

  private final class Sink {
    var bytes: [UInt8] = []

    func take(_ more: UnsafeRawBufferPointer) -> cairo_status_t {
      guard bytes.count + more.count <= PDFPages.limit else { return CAIRO_STATUS_WRITE_ERROR }
      bytes += more
      return CAIRO_STATUS_SUCCESS
    }
  }
}
