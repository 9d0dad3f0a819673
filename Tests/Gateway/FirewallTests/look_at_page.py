"""Uses the household's page in a real browser without scripts, and says what is wrong with it.

usage: look_at_page.py TOOLS ADDRESS CODE FOLDER [BUTTON]

Pairs with CODE by typing it, looks at the page in Japanese and English, 360 and 1280 pixels wide, as check_pages.py of
the folder TOOLS does, and at how it prints; then presses BUTTON, the value of one, and waits for the page that says what
came of it. Keeps pictures in FOLDER. Prints a line for each fault, or 'right'.
"""

import base64
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from check_pages import AUDIT, Browser, names  # noqa: E402


def main():
    address, code, pictures = sys.argv[2:5]
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(folder)
        browser.ask("Emulation.setScriptExecutionDisabled", value=True)
        browser.ask("Network.enable")

        def language(name):
            browser.ask("Network.setExtraHTTPHeaders", headers={"Accept-Language": name})

        def look(label, name):
            for width in (360, 1280):
                browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                            mobile=width < 600)
                browser.open(address)
                for text in browser.run(AUDIT) + names(browser):
                    faults.append("%s %s %d: %s" % (label, name, width, text))
                if browser.run("document.documentElement.lang") != name:
                    faults.append("%s is not in %s" % (label, name))
                picture = browser.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
                with open("%s/%s-%s-%d.png" % (pictures, label, name, width), "wb") as file:
                    file.write(base64.b64decode(picture))

        def press(query):
            browser.forget("Page.loadEventFired")
            browser.run("document.querySelector('%s').focus()" % query)
            browser.ask("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", text="\r",
                        windowsVirtualKeyCode=13)
            browser.ask("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13)
            browser.wait("Page.loadEventFired")

        def settle():
            """Waits, as a person does, until the page no longer asks again by itself."""
            while browser.run("document.querySelector('meta[http-equiv=refresh]') !== null"):
                browser.wait("Page.loadEventFired")

        for name in ("ja", "en"):
            language(name)
            look("welcome", name)
        browser.run("document.getElementById('code').focus()")
        browser.ask("Input.insertText", text=code)
        press("form button")
        if browser.run("document.querySelector('#code') !== null"):
            raise SystemExit("not paired: " + browser.run("document.body.innerText"))
        settle()
        for name in ("ja", "en"):
            language(name)
            look("page", name)
        paper = browser.ask("Page.printToPDF", preferCSSPageSize=True)["data"]
        with open(pictures + "/page.pdf", "wb") as file:
            file.write(base64.b64decode(paper))
        if len(sys.argv) > 5:
            press('button[value="%s"]' % sys.argv[5])
            settle()
            look("pressed", "en")
            language("ja")
            look("pressed", "ja")
        foreign = [
            heard["params"]["request"]["url"] for heard in browser.events
            if heard.get("method") == "Network.requestWillBeSent"
        ]
        faults += ["loads " + url for url in foreign if not url.startswith(address)]
        for heard in browser.events:
            told = heard.get("params", {})
            if heard.get("method") == "Log.entryAdded" and told["entry"]["level"] == "error":
                if not told["entry"].get("url", "").endswith("/favicon.ico"):
                    faults.append("the browser complains: %s" % told["entry"]["text"][:200])
        browser.end()
    print("\n".join(sorted(set(faults))[:40]) if faults else "right")


main()
