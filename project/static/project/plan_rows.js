/**
 * The rows of one span of the plan, as the database has them.
 *
 * Messages say which rows changed; the rows themselves are fetched, many in one request, one request at a time. A row that
 * is deleted while a request is under way is not brought back by its answer. Whatever lies outside the span is forgotten.
 */

import { rowOf, touches } from "./row.js";

/** Drafts come to schedulers only. */
const TABLES = ["observations", "reservations", "drafts"];
const GATHER_MS = 100;
const NAMES_GATHER_MS = 2_000;
const KEYS_PER_REQUEST = 90;
const KEYS_WAITING_AT_MOST = 450;
const DELETED_AT_MOST = 5_000;
const ANSWER_MS = 10_000;
const LONGEST_WAIT_MS = 30_000;

export class PlanRows {
  /**
   * @param {string} url where the plan is fetched
   * @param {object} page
   * @param {(changes: {before: object|null, after: object|null, isDeleted: boolean}[]) => void} page.changed after null: the
   *   row is deleted, or has left the span
   * @param {(clock: object, sentMs: number, answeredMs: number) => void} page.told the plan's time
   * @param {(isCut: boolean) => void} page.fetched whether the site left rows out
   * @param {(error: Error, retryMs: number) => void} page.failed
   */
  constructor(url, page) {
    this.url = url;
    this.page = page;
    this.rows = new Map();
    this.span = null;
    this.wanted = new Map();
    this.wantsAll = false;
    this.wantsClock = false;
    this.deleted = new Set();
    this.failures = 0;
    this.isFetching = false;
    this.isPaused = false;
  }

  /** Fetch the whole span afresh: what was missed is not known. */
  refetch() {
    this.wantsAll = true;
    this.failures = 0;
    this.gather(0);
  }

  /** Have the rows of this span, in place of those of the span before. */
  cover(from, until) {
    this.span = { from, until };
    this.refetch();
  }

  /** A row was created or updated. */
  changed(table, key) {
    this.wanted.set(key, table);
    if (this.wanted.size > KEYS_WAITING_AT_MOST) {
      this.wantsAll = true;
      this.wanted.clear();
    }
    this.gather(GATHER_MS);
  }

  clockChanged() {
    this.wantsClock = true;
    this.gather(0);
  }

  /** A project or a scheduling unit has another name, which any row may bear; seldom, so there is no hurry. */
  namesChanged() {
    this.namesTimer ??= setTimeout(() => {
      this.namesTimer = undefined;
      this.wantsAll = true;
      this.gather(GATHER_MS);
    }, NAMES_GATHER_MS);
  }

  remove(key) {
    this.wanted.delete(key);
    if (this.isFetching) {
      this.deleted.add(key);
    }
    const before = this.rows.get(key);
    if (this.rows.delete(key)) {
      this.page.changed([{ before, after: null, isDeleted: true }]);
    }
  }

  /** Nobody looks: fetch nothing until somebody does, and then all of it. */
  pause() {
    this.isPaused = true;
    this.wanted.clear();
    clearTimeout(this.timer);
    this.dueAt = undefined;
  }

  resume() {
    this.isPaused = false;
    this.refetch();
  }

  /**
   * At most one request is under way, and at most one is to come: at the earliest time that was asked for. After a failure
   * it comes when its time has come, whatever is asked for meanwhile.
   */
  gather(delayMs) {
    const waitsForRetry = this.failures > 0 && this.dueAt !== undefined;
    if (this.isFetching || this.isPaused || waitsForRetry) {
      return;
    }
    const dueAt = performance.now() + delayMs;
    if (this.dueAt === undefined || dueAt < this.dueAt) {
      clearTimeout(this.timer);
      this.dueAt = dueAt;
      this.timer = setTimeout(() => this.fetchDue(), delayMs);
    }
  }

  async fetchDue() {
    this.dueAt = undefined;
    this.isFetching = true;
    const due = this.due();
    this.deleted.clear();
    try {
      const sentMs = performance.now();
      const plan = await this.fetchPlan(due);
      this.page.told(plan.clock, sentMs, performance.now());
      this.take(plan, due);
      this.failures = 0;
    } catch (error) {
      this.failed(due, error);
    }
    this.isFetching = false;
    if (this.wantsAll || this.wantsClock || this.wanted.size > 0) {
      this.gather(this.failures > 0 ? this.retryMs : GATHER_MS);
    }
  }

  /** What the next request asks for; it is no longer wanted then. */
  due() {
    const all = this.wantsAll;
    const keys = all ? [...this.wanted] : [...this.wanted].slice(0, KEYS_PER_REQUEST);
    keys.forEach(([key]) => this.wanted.delete(key));
    this.wantsAll = false;
    this.wantsClock = false;
    return { all, span: this.span, keys: all ? [] : keys };
  }

  async fetchPlan(due) {
    const response = await fetch(`${this.url}?${query(due)}`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!response.ok) {
      throw new Error(`the site answered ${response.status}`);
    }
    return response.json();
  }

  failed({ all, keys }, error) {
    this.wantsAll ||= all;
    this.wantsClock = true;
    keys.filter(([key]) => !this.deleted.has(key)).forEach(([key, table]) => this.wanted.set(key, table));
    this.failures += 1;
    this.retryMs = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2);
    this.page.failed(error, this.retryMs);
  }

  /** Take over what was fetched; of the rows that were asked for, those that did not come are gone. */
  take(plan, due) {
    if (due.all && due.span !== this.span) {
      return;
    }
    if (this.deleted.size > DELETED_AT_MOST) {
      this.wantsAll = true;
      return;
    }
    if (due.all) {
      this.span = { from: Date.parse(plan.from), until: Date.parse(plan.until) };
      this.page.fetched(plan.is_cut);
    } else {
      this.page.fetched(null);
    }
    const fetched = TABLES.flatMap((table) => (plan[table] ?? []).map(rowOf(table)));
    const after = new Map(fetched.filter((row) => this.isOurs(row)).map((row) => [row.id, row]));
    const asked = due.all ? [...this.rows.keys()] : due.keys.map(([key]) => key);
    const named = new Set(due.keys.map(([key]) => key));
    fetched.forEach(({ id }) => named.delete(id));
    this.replace(new Set([...asked, ...after.keys()]), after, named);
  }

  isOurs(row) {
    return !this.deleted.has(row.id) && (this.span === null || touches(row, this.span.from, this.span.until));
  }

  /** @param {Set<string>} named the keys that were asked for one by one, and are not there */
  replace(keys, fetched, named) {
    const changes = [];
    for (const key of keys) {
      const before = this.rows.get(key) ?? null;
      const after = fetched.get(key) ?? null;
      if (before?.text === after?.text) {
        continue;
      }
      if (after === null) {
        this.rows.delete(key);
      } else {
        this.rows.set(key, after);
      }
      changes.push({ before, after, isDeleted: after === null && named.has(key) });
    }
    if (changes.length > 0) {
      this.page.changed(changes);
    }
  }
}

function query({ all, span, keys }) {
  if (all) {
    return span === null ? "" : `from=${new Date(span.from).toISOString()}&until=${new Date(span.until).toISOString()}`;
  }
  const named = (table) => keys.filter(([, its]) => its === table).map(([key]) => key).join(",");
  return TABLES.map((table) => `${table}=${named(table)}`).join("&");
}
