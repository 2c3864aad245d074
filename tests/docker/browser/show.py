"""Opens a page in Chromium and prints its text once every awaited text is visible; runs in the container."""

import sys

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import sync_playwright

MILLISECONDS = 40_000


def main() -> None:
    address, *awaited = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        try:
            for text in awaited:
                page.get_by_text(text).first.wait_for(timeout=MILLISECONDS)
        except PlaywrightTimeout as error:
            raise SystemExit(f"{error}\nThe page shows:\n{page.inner_text('body')}") from None
        sys.stdout.write(page.inner_text("body"))


main()
