import Glibc
import LANScan
import LinuxIO
import Wording

/// One line on the terminal that shows how far a scan is; nothing where standard error is no terminal.
final class ProgressLine {
  private let loop: EventLoop
  private var terminal = Terminal(2)
  private let progress: () -> Scanner.Progress
  private var isShown = false

  init(loop: EventLoop, progress: @escaping () -> Scanner.Progress) {
    self.loop = loop
    self.progress = progress
    if terminal.hasCursor { show() }
  }

  private func show() {
    terminal = Terminal(2)
    let now = progress()
    let share = now.total == 0 ? 0 : now.done * 100 / now.total
    let bar = String(repeating: "━", count: share / 5) + String(repeating: "╌", count: 20 - share / 5)
    let text =
      Terminal.language == .ja
      ? "\(bar) \(share)%  機器 \(now.devices) 台  確認 \(now.done)/\(now.total)"
      : "\(bar) \(share)%  \(now.devices) devices  \(now.done)/\(now.total) probes"
    write("\r\u{1b}[K" + TextWidth.fit(text, to: min(terminal.columns - 1, TextWidth.of(text))))
    isShown = true
    _ = loop.after(.milliseconds(100)) { [weak self] in self?.show() }
  }

  func clear() {
    if isShown { write("\r\u{1b}[K") }
    isShown = false
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(2, bytes, bytes.count)
  }
}
