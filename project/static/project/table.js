/** The same rows as a table: sorted by any column, filtered by text and status. Drawn only while it is seen. */

import { drawnUntil } from "./row.js";
import { ORDERS, isWanted } from "./table_order.js";
import { count, field, length, moment, volume } from "./words.js";

const COLUMNS = ["name", "antenna_field", "status", "startMs", "stopMs", "duration", "recorded_bytes", "project"];
const TEXTS = {
  name: (row) => row.name,
  antenna_field: (row) => field(row.antenna_field),
  status: (row) => row.status,
  startMs: (row) => moment(row.startMs),
  stopMs: (row) => (row.stopMs === null ? "open end" : moment(row.stopMs)),
  duration: (row) => (row.stopMs === null ? "–" : length(row.stopMs - row.startMs)),
  recorded_bytes: (row) => volume(row.recorded_bytes),
  project: (row) => row.project ?? "–",
};

export class Table {
  /** @param {Element} panel @param {Map<string, object>} rows @param {{draw: () => void, open: (key: string) => void}} page */
  constructor(panel, rows, page) {
    this.rows = rows;
    this.scrolls = panel.querySelector(".scrolls");
    this.body = panel.querySelector("tbody");
    this.heads = [...panel.querySelectorAll("th")];
    this.text = panel.querySelector("input");
    this.status = panel.querySelector("select");
    this.shown = panel.querySelector(".shown");
    this.column = "startMs";
    this.isDescending = false;
    this.drawn = new Map();
    this.heads.forEach((head, place) => {
      head.firstElementChild.addEventListener("click", () => this.sortBy(COLUMNS[place]));
    });
    this.text.addEventListener("input", page.draw);
    this.status.addEventListener("change", page.draw);
    this.body.addEventListener("click", ({ target }) => {
      const row = target.closest("tr");
      if (row) {
        page.open(row.dataset.id);
      }
    });
    this.page = page;
  }

  sortBy(column) {
    this.isDescending = column === this.column && !this.isDescending;
    this.column = column;
    this.page.draw();
  }

  /** @param {number} now at first the table is scrolled to what is not over yet */
  draw(now) {
    const wanted = [...this.rows.values()].filter(isWanted(this.text.value, this.status.value));
    const order = ORDERS[this.column];
    wanted.sort(this.isDescending ? (a, b) => order(b, a) : order);
    const keys = new Set(wanted.map((row) => row.id));
    for (const [key, { element }] of this.drawn) {
      if (!keys.has(key)) {
        element.remove();
        this.drawn.delete(key);
      }
    }
    wanted.forEach((row) => this.drawRow(row));
    this.order(wanted);
    this.drawHeads();
    if (!this.isScrolled && wanted.length > 0) {
      this.isScrolled = true;
      this.scrollTo(wanted.find((row) => drawnUntil(row) > now) ?? wanted.at(-1));
    }
    this.shown.textContent = `${count(wanted.length)} of ${count(this.rows.size)} rows`;
  }

  scrollTo(row) {
    const { element } = this.drawn.get(row.id);
    this.scrolls.scrollTop = element.offsetTop - this.heads[0].offsetHeight;
  }

  drawHeads() {
    this.heads.forEach((head, place) => {
      if (COLUMNS[place] === this.column) {
        head.setAttribute("aria-sort", this.isDescending ? "descending" : "ascending");
      } else {
        head.removeAttribute("aria-sort");
      }
    });
  }

  drawRow(row) {
    const drawn = this.drawn.get(row.id) ?? this.add(row);
    if (drawn.text === row.text) {
      return;
    }
    drawn.text = row.text;
    drawn.element.dataset.status = row.status;
    COLUMNS.forEach((column, place) => {
      const text = TEXTS[column](row);
      if (drawn.cells[place].textContent !== text) {
        drawn.cells[place].textContent = text;
      }
    });
  }

  /** The name is a button: what a click anywhere in the row does, the keyboard does there. */
  add(row) {
    const element = document.createElement("tr");
    element.dataset.id = row.id;
    element.dataset.table = row.table;
    const cells = COLUMNS.map((column) => cell(element, column));
    this.drawn.set(row.id, { element, cells });
    return this.drawn.get(row.id);
  }

  /** Elements that stand right already are not touched: the one with the focus keeps it. */
  order(rows) {
    let at = this.body.firstElementChild;
    for (const row of rows) {
      const { element } = this.drawn.get(row.id);
      if (element === at) {
        at = at.nextElementSibling;
      } else if (element.contains(document.activeElement)) {
        const focused = document.activeElement;
        this.body.insertBefore(element, at);
        focused.focus({ preventScroll: true });
      } else {
        this.body.insertBefore(element, at);
      }
    }
  }

  /** The button that opens a row's details. */
  button(key) {
    return this.drawn.get(key)?.cells[0];
  }
}

function cell(row, column) {
  const element = row.insertCell();
  element.dataset.column = column;
  if (column !== "name") {
    return element;
  }
  const button = document.createElement("button");
  button.type = "button";
  element.append(button);
  return button;
}
