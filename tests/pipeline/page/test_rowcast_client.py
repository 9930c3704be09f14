"""The browser's end by itself: an address that is asked for anew for each connection, as with tickets."""

from playwright.sync_api import Browser

from tests.pipeline.page.site import Site

CONNECT = """
([script, uri]) => import(script).then(({ Client }) => new Promise((resolve) => {
  const asked = [];
  const address = async () => {
    asked.push(asked.length);
    if (asked.length === 1) {
      throw new Error("the site is away");
    }
    return uri;
  };
  const page = {
    heartbeat: "--heartbeat--",
    message: () => {},
    disconnected: (retryMs) => asked.push(typeof retryMs),
    connected: () => { client.close(); resolve(asked); },
  };
  const client = new Client(address, page);
}))
"""


def test_an_address_that_cannot_be_had_is_asked_for_again(browser: Browser, site: Site) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}plan/")
    uri = f"{site.address.replace('http', 'ws')}ws/rodan?subscribe-broadcast"
    assert page.evaluate(CONNECT, ["/static/ws/rowcast.js", uri]) == [0, "number", 2]
