/** Tabs as the ARIA Authoring Practices describe them: arrow keys go from tab to tab, and the panel follows. */

export class Tabs {
  /** @param {Element} list @param {() => void} chosen another panel is seen */
  constructor(list, chosen) {
    this.tabs = [...list.querySelectorAll("[role=tab]")];
    this.chosen = chosen;
    this.tabs.forEach((tab) => tab.addEventListener("click", () => this.choose(tab)));
    list.addEventListener("keydown", (event) => this.pressed(event));
  }

  get current() {
    return this.tabs.find((tab) => tab.ariaSelected === "true").getAttribute("aria-controls");
  }

  choose(tab) {
    for (const each of this.tabs) {
      each.ariaSelected = String(each === tab);
      each.tabIndex = each === tab ? 0 : -1;
      document.getElementById(each.getAttribute("aria-controls")).hidden = each !== tab;
    }
    this.chosen();
  }

  pressed(event) {
    const place = this.tabs.indexOf(event.target);
    const last = this.tabs.length - 1;
    const to = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: last }[event.key];
    const tab = to === undefined ? undefined : this.tabs.at(to > last ? 0 : to);
    if (tab) {
      event.preventDefault();
      tab.focus();
      this.choose(tab);
    }
  }
}
