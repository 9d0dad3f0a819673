"""Looks at the dashboard's pages in a real browser, and says what is wrong with them.

usage: check_pages.py ADDRESS NAME PASSWORD FOLDER PATH...

Signs in at ADDRESS with scripts switched off, then opens each PATH in Japanese and English, 360 and 1280 pixels
wide, and judges what people with a keyboard, a screen reader or weak eyes need: language, title, landmarks,
headings, names and roles as the browser computes them, labels, tables, contrast, order and visibility of the focus,
size of targets, and whether the page is wider than the screen. Keeps a picture of each in FOLDER. Prints a line for
each fault, or 'right'.

The browser is driven through two pipes (Chrome DevTools Protocol, --remote-debugging-pipe).
"""

import base64
import json
import os
import select
import sys
import tempfile

AUDIT = r"""
(() => {
  const faults = [];
  const say = (text, node) => faults.push(text + (node ? ": " + node.outerHTML.slice(0, 120) : ""));
  const all = (query, root) => [...(root || document).querySelectorAll(query)];
  const shown = (node) => node.getClientRects().length > 0 && getComputedStyle(node).visibility !== "hidden";

  if (!["ja", "en"].includes(document.documentElement.lang)) say("no language");
  if (!document.title.trim()) say("no title");
  if (all("main").length !== 1) say("not one main landmark");
  if (all("body > header").length !== 1) say("not one banner");
  all("nav").forEach((nav) => { if (!nav.getAttribute("aria-label")) say("a menu without a name", nav); });
  [...document.body.children].forEach((child) => {
    if (!["HEADER", "MAIN", "FOOTER"].includes(child.tagName) && !child.classList.contains("skip"))
      say("outside of every landmark", child);
  });

  let level = 0;
  all("h1,h2,h3,h4,h5,h6").forEach((heading) => {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) say("a level of headings is left out", heading);
    if (!heading.textContent.trim()) say("an empty heading", heading);
    level = own;
  });
  if (all("h1").length !== 1) say("not one first heading");

  const ids = all("[id]").map((node) => node.id);
  ids.filter((id, place) => ids.indexOf(id) !== place).forEach((id) => say("an id twice: " + id));
  all("label[for]").forEach((label) => { if (!document.getElementById(label.htmlFor)) say("a label of nothing", label); });
  all("input:not([type=hidden]),select,textarea").forEach((field) => {
    if (!field.labels.length) say("a field without a label", field);
  });
  all("fieldset").forEach((set) => { if (!set.querySelector("legend")) say("a group without a legend", set); });
  all("[tabindex]").forEach((node) => { if (node.tabIndex > 0) say("an order of its own", node); });
  all("img:not([alt])").forEach((image) => say("a picture without text", image));
  all("svg").forEach((picture) => {
    if (picture.getAttribute("role") !== "img" || !picture.getAttribute("aria-label")) say("a drawing without text", picture);
  });
  all("table").forEach((table) => {
    if (!table.caption) say("a table without a caption", table);
    all("th", table).forEach((cell) => { if (!cell.scope) say("a heading of nothing", cell); });
    all("tbody tr", table).forEach((row) => {
      if (row.cells.length !== table.tHead.rows[0].cells.length) say("a row of another length", row);
    });
  });
  all(".scroll").forEach((box) => {
    if (box.tabIndex !== 0 || !box.getAttribute("aria-label")) say("scrolls, but not by keyboard", box);
  });
  all("script").forEach((script) => { if (script.getAttribute("src") !== "/live.js") say("a foreign script", script); });
  all("*").forEach((node) => [...node.attributes].forEach((attribute) => {
    if (attribute.name.startsWith("on")) say("a handler in the page", node);
    if (["href", "src", "action"].includes(attribute.name) && /^\s*(javascript|data:text)/i.test(attribute.value))
      say("a script as an address", node);
  }));

  // Contrast, by WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for large letters.
  const number = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = number(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
      if (colour[3] > 0) say("half transparent", at);
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.textContent.trim() || judged.has(node) || !shown(node)) continue;
    judged.add(node);
    const style = getComputedStyle(node);
    const ink = number(node.closest("svg") ? style.fill : style.color);
    const [first, second] = [light(ink), light(ground(node))].sort((a, b) => b - a);
    const ratio = (first + 0.05) / (second + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) say("contrast of only " + ratio.toFixed(2), node);
  }

  // Targets, by WCAG 2.2, 2.5.8: 24 pixels, but for links in a line of text.
  all("button,select,input:not([type=hidden]):not([type=radio]),header a:not(.skip)").filter(shown).forEach((target) => {
    const box = target.getBoundingClientRect();
    if (box.height < 24 || box.width < 24) say("too small to hit", target);
  });
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) {
    say("wider than the screen: " + wide);
    all("body *").filter((node) => !node.closest(".scroll") && node.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 2).forEach((node) => say("too wide", node));
  }
  return faults;
})()
"""

FOCUS = r"""
(() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const order = [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,summary,[tabindex='0']")];
  const style = getComputedStyle(node);
  return {place: order.indexOf(node), name: node.outerHTML.slice(0, 100), skip: node.classList.contains("skip"),
    visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2};
})()
"""

INTERACTIVE = {"link", "button", "textbox", "searchbox", "combobox", "radio", "checkbox", "menuitem", "image",
               "progressbar", "Date"}


class Browser:
    """Chromium without a window, and one page in it."""

    def __init__(self, folder):
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()
        self.out, self.into = to_write, from_read
        arguments = [
            "chromium", "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage",
            "--ignore-certificate-errors", "--no-first-run", "--disable-extensions", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--user-data-dir=" + folder,
        ]
        # Its sandbox cannot be had by root.
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        null = os.open(os.devnull, os.O_RDWR)
        # Moved out of the way of 3 and 4 first, which they may be themselves.
        high = [os.dup(fd) for fd in (to_read, from_write)]
        moved = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
        moved += [(os.POSIX_SPAWN_DUP2, high[0], 3), (os.POSIX_SPAWN_DUP2, high[1], 4)]
        self.process = os.posix_spawnp("chromium", arguments, os.environ, file_actions=moved)
        for fd in [to_read, from_write, null] + high:
            os.close(fd)
        self.number, self.rest, self.session, self.events = 0, b"", None, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Accessibility", "DOM"):
            self.ask(domain + ".enable")

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit("the browser refused %s: %s" % (method, answer["error"]))
                return answer["result"]
            self.events.append(answer)

    def read(self):
        while b"\0" not in self.rest:
            if not select.select([self.into], [], [], 120)[0]:
                raise SystemExit("the browser says nothing any more")
            more = os.read(self.into, 1 << 20)
            if not more:
                raise SystemExit("the browser is gone")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def wait(self, event):
        """Waits for an event that has not been read."""
        while True:
            for place, heard in enumerate(self.events):
                if heard.get("method") == event:
                    del self.events[: place + 1]
                    return heard["params"]
            self.events.append(self.read())

    def forget(self, event):
        self.events = [heard for heard in self.events if heard.get("method") != event]

    def open(self, address):
        self.forget("Page.loadEventFired")
        self.ask("Page.navigate", url=address)
        self.wait("Page.loadEventFired")

    def run(self, script):
        result = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise SystemExit("%s: %s" % (script[:80], result["exceptionDetails"]))
        return result["result"].get("value")

    def press(self, key, code):
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def end(self):
        self.session = None
        self.ask("Browser.close")
        os.waitpid(self.process, 0)


def sign_in(browser, address, name, password):
    """As a person without scripts: types into the fields, and presses Enter."""
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(address + "/sign-in")
    for field, text in (("name", name), ("password", password)):
        browser.run("document.getElementById('%s').focus()" % field)
        browser.ask("Input.insertText", text=text)
    browser.forget("Page.loadEventFired")
    browser.run("document.querySelector('form button').focus()")
    browser.ask("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", text="\r", windowsVirtualKeyCode=13)
    browser.ask("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13)
    browser.wait("Page.loadEventFired")


def names(browser):
    """What a screen reader would have nothing to say of."""
    faults = []
    for node in browser.ask("Accessibility.getFullAXTree")["nodes"]:
        if node.get("ignored"):
            continue
        role = node.get("role", {}).get("value", "")
        name = node.get("name", {}).get("value", "").strip()
        if role in INTERACTIVE and not name:
            faults.append("a %s without a name" % role)
    return faults


def focus(browser):
    """Goes through the page with Tab: in the order of the page, always to be seen, beginning with the way past the menu."""
    faults, last = [], -1
    for step in range(60):
        browser.press("Tab", 9)
        at = browser.run(FOCUS)
        if at is None:
            break
        if step == 0 and not at["skip"]:
            faults.append("the first stop is not the way past the menu: " + at["name"])
        if at["place"] < last:
            break
        last = at["place"]
        if not at["visible"]:
            faults.append("nobody sees where the focus is: " + at["name"])
    return faults


def main():
    address, name, password, pictures = sys.argv[1:5]
    paths = sys.argv[5:]
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(folder)

        def look(path, language, width, label):
            for text in browser.run(AUDIT) + names(browser):
                faults.append("%s %s %d: %s" % (path, language, width, text))
            if browser.run("document.documentElement.lang") != language:
                faults.append("%s is not in %s" % (path, language))
            picture = browser.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
            with open("%s/%s-%s-%d.png" % (pictures, label, language, width), "wb") as file:
                file.write(base64.b64decode(picture))

        sign_in(browser, address, name, password)
        if browser.run("document.querySelector('form[action=\"/sign-in\"]')") is not None:
            raise SystemExit("not signed in")
        for language in ("ja", "en"):
            browser.open(address + "/language?to=" + language)
            for width in (360, 1280):
                browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                            mobile=width < 600)
                for place, path in enumerate(paths):
                    browser.open(address + path)
                    look(path, language, width, "%02d" % place)
                    if width == 1280 and language == "en":
                        faults += ["%s: %s" % (path, text) for text in focus(browser)]
        # With scripts the list of regions says that it is live.
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)
        browser.open(address + "/regions")
        browser.run("""new Promise((done) => {
          const state = document.getElementById("live");
          const look = () => state.textContent === state.dataset.live && done(true);
          new MutationObserver(look).observe(state, {childList: true, characterData: true, subtree: true});
          look();
        })""")
        # Nobody is signed in any more, on a narrow screen too.
        browser.open(address + "/")
        browser.forget("Page.loadEventFired")
        browser.run("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
        browser.wait("Page.loadEventFired")
        for width in (360, 1280):
            browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
            browser.open(address + "/sign-in")
            look("/sign-in", "en", width, "sign-in")
        browser.ask("Browser.getVersion")
        for heard in browser.events:
            method, told = heard.get("method"), heard.get("params", {})
            if method == "Page.javascriptDialogOpening" or method == "Runtime.exceptionThrown":
                faults.append("%s: %s" % (method, json.dumps(told)[:300]))
            if method == "Log.entryAdded" and told["entry"]["level"] == "error":
                faults.append("the browser complains: %s %s" % (told["entry"]["text"][:200], told["entry"].get("url", "")))
        browser.end()
    print("\n".join(sorted(set(faults))[:60]) if faults else "right")


if __name__ == "__main__":
    main()
