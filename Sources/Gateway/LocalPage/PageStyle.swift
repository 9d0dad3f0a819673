/// How pages look that people of the house read.
package enum PageStyle {
  /// The whole style sheet: black on white, and colours that keep their meaning on a printer without any.
  package static let sheet = """
    @page { size: A4; margin: 14mm 13mm 16mm }
    * { box-sizing: border-box }
    body { margin: 0 auto; padding: 24px; max-width: 760px; color: #1d1d1f; background: #fff;
      font: 15px/1.6 system-ui, "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic", sans-serif;
      -webkit-print-color-adjust: exact; print-color-adjust: exact; overflow-wrap: anywhere }
    h1 { font-size: 26px; margin: 0 }
    h2 { font-size: 18px; margin: 28px 0 10px; padding-bottom: 4px; border-bottom: 2px solid #1d1d1f; break-after: avoid }
    h3 { font-size: 16px; margin: 0 }
    p { margin: 2px 0 }
    .when, .small, .place, footer { color: #515154; font-size: 12.5px }
    .grade { display: flex; gap: 20px; align-items: center; margin-top: 18px; padding: 14px 18px;
      border: 1px solid #d2d2d7; border-radius: 10px }
    .letter { font-size: 64px; line-height: 1; font-weight: 700; width: 96px; padding: 14px 0; text-align: center;
      border: 3px solid; border-radius: 10px; flex: none }
    .meaning { font-size: 18px; font-weight: 600 }
    .scale { display: flex; gap: 4px; list-style: none; margin: 8px 0 0; padding: 0 }
    .scale li { width: 30px; text-align: center; border: 1px solid #86868b; border-radius: 4px; color: #515154 }
    .scale .here { background: #1d1d1f; border-color: #1d1d1f; color: #fff; font-weight: 700 }
    .bad { color: #a3140e } .fair { color: #7a4b00 } .note { color: #2b4b7a } .good { color: #1c6630 } .absent { color: #515154 }
    .house { width: 100%; height: auto; display: block; font-size: 13px }
    .house text { fill: #1d1d1f } .house .strong { font-weight: 600 } .house .small { fill: #515154; font-size: 11.5px }
    .house .state { font-size: 11.5px; font-weight: 600 }
    .house .state.bad { fill: #a3140e } .house .state.fair { fill: #7a4b00 } .house .state.note { fill: #2b4b7a }
    .house .state.good { fill: #1c6630 } .house .state.absent { fill: #515154 }
    .wire { fill: none; stroke: #86868b; stroke-width: 2 }
    .outside { fill: #f5f5f7; stroke: #86868b } .gateway { fill: #e8eef9; stroke: #2b4b7a; stroke-width: 2 }
    .card { fill: #fff; stroke-width: 1.5 }
    .card.bad { fill: #fdecea; stroke: #a3140e; stroke-width: 2.5 } .card.fair { fill: #fff6e3; stroke: #7a4b00 }
    .card.note { fill: #f2f5fb; stroke: #2b4b7a } .card.good { stroke: #1c6630 }
    .card.absent { stroke: #86868b; stroke-dasharray: 4 3 }
    .tasks { list-style: none; margin: 0; padding: 0 }
    .tasks li { color: #1d1d1f; border-left: 6px solid; padding: 6px 0 6px 14px; margin: 0 0 12px; break-inside: avoid }
    .tasks li.bad { border-color: #a3140e } .tasks li.fair { border-color: #b97a00 } .tasks li.note { border-color: #2b4b7a }
    .tasks .state { font-size: 12.5px; font-weight: 700 }
    .tasks .bad .state, .tasks li.bad .state { color: #a3140e }
    .remedy { font-weight: 600 } .remedy::before { content: "\\2192\\00a0" }
    table { width: 100%; border-collapse: collapse; font-size: 13px } caption { text-align: left; color: #515154; padding-bottom: 4px }
    th { text-align: left; border-bottom: 1.5px solid #1d1d1f } td, th { padding: 5px 8px 5px 0; vertical-align: top }
    td { border-bottom: 1px solid #d2d2d7 } td.number { text-align: right; padding-right: 14px } tr { break-inside: avoid }
    td.state { white-space: nowrap } thead { display: table-header-group }
    footer { margin-top: 26px; padding-top: 8px; border-top: 1px solid #d2d2d7 }
    @media print { body { padding: 0; max-width: none; font-size: 12.5px } .house { max-height: 235mm } }
    @media (max-width: 520px) { .grade { flex-direction: column; align-items: flex-start } td.state { white-space: normal } }
    """

  /// What pages with something to press have beside ``sheet``.
  package static let buttons = """

    form { display: inline-block; margin: 8px 10px 2px 0 }
    button { font: inherit; font-weight: 600; min-height: 44px; padding: 8px 16px; border: 1.5px solid #2b4b7a; border-radius: 8px;
      background: #2b4b7a; color: #fff; cursor: pointer }
    button.plain { background: #fff; color: #2b4b7a }
    button:focus-visible, input:focus-visible, a:focus-visible, .scroll:focus-visible { outline: 3px solid #b97a00; outline-offset: 2px }
    input { font: 600 22px/1.4 ui-monospace, monospace; letter-spacing: .12em; width: 12ch; max-width: 100%; padding: 8px 10px;
      border: 1.5px solid #515154; border-radius: 8px; margin: 4px 10px 4px 0 }
    label { display: block; font-weight: 600 }
    .told { padding: 10px 14px; border-left: 6px solid #2b4b7a; background: #f2f5fb; margin: 14px 0 } .told.bad { border-color: #a3140e; background: #fdecea }
    .code { font: 600 22px/1.4 ui-monospace, monospace; letter-spacing: .12em }
    .scroll { overflow-x: auto } a { color: #2b4b7a }
    @media print { form, .screen { display: none } }
    @media (max-width: 520px) { body { padding: 16px } td, th { padding-right: 6px } }
    """
}
