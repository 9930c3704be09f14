/** Everything about one row, beside the timeline (on a small screen: a sheet). It follows the row while it is open. */

import { declination, field, length, moment, rightAscension, volume } from "./words.js";

const MODELS = { observations: "observation", reservations: "reservation", drafts: "draft" };

export class Details {
  /**
   * @param {HTMLElement} element
   * @param {string} adminUrl
   * @param {() => void} closed the focus goes back to where it was opened
   */
  constructor(element, adminUrl, closed) {
    this.element = element;
    this.adminUrl = adminUrl;
    this.closed = closed;
    this.row = null;
    this.heading = element.querySelector("h2");
    this.facts = element.querySelector("dl");
    this.gone = element.querySelector(".gone");
    this.link = element.querySelector("a");
    element.querySelector("button").addEventListener("click", () => this.close());
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && !element.hidden) {
        this.close();
      }
    });
  }

  open(row) {
    this.row = row;
    this.element.hidden = false;
    this.write();
    this.heading.focus();
  }

  close() {
    const { row } = this;
    this.element.hidden = true;
    this.row = null;
    this.closed(row);
  }

  changed(changes) {
    const change = changes.find(({ before, after }) => (before ?? after).id === this.row?.id);
    if (change?.after || change?.isDeleted) {
      this.row = change.after ?? this.row;
      this.write(change.isDeleted);
    }
  }

  write(isGone = false) {
    const { row } = this;
    this.element.dataset.status = row.status;
    this.gone.hidden = !isGone;
    this.link.hidden = isGone;
    this.link.href = `${this.adminUrl}project/${MODELS[row.table]}/${row.id}/change/`;
    setText(this.heading, row.name);
    const facts = factsOf(row);
    if (this.facts.childElementCount !== facts.length) {
      this.facts.replaceChildren(...facts.map(emptyFact));
    }
    facts.forEach(([name, text], place) => {
      const [term, description] = this.facts.children[place].children;
      setText(term, name);
      setText(description, text);
    });
  }
}

function factsOf(row) {
  const span = [
    ["Start", `${moment(row.startMs)} UTC`],
    ["Stop", row.stopMs === null ? "open end" : `${moment(row.stopMs)} UTC`],
    ["Duration", row.stopMs === null ? "–" : length(row.stopMs - row.startMs)],
  ];
  const first = [["Status", row.status], ["Antenna field", field(row.antenna_field)]];
  const last = [["Project", row.project ?? "–"], ["Key", row.id]];
  if (row.table !== "observations") {
    return [...first, ...span, ...last];
  }
  const sky = [["Right ascension", rightAscension(row.right_ascension)], ["Declination", declination(row.declination)]];
  const made = [["Recorded", volume(row.recorded_bytes)], ["Scheduling unit", row.scheduling_unit ?? "–"]];
  return [...first, ...sky, ...span, ...made, ...last];
}

function emptyFact() {
  const fact = document.createElement("div");
  fact.append(document.createElement("dt"), document.createElement("dd"));
  return fact;
}

function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
