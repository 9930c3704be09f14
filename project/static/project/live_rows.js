/**
 * The rows that the page shows, as the database has them.
 *
 * Messages say which rows changed; the rows themselves are fetched, many in one request, one request
 * at a time. A row that is deleted while a request is under way is not brought back by its answer.
 */

const GATHER_MS = 100;
const IDS_PER_REQUEST = 100;
const RETRY_MS = 2_000;
const ANSWER_MS = 10_000;
const IDS_WAITING_AT_MOST = 500;

export class LiveRows {
  /**
   * @param {string} url where the rows are fetched, `?observations=…,…` for some of them
   * @param {object} page
   * @param {() => void} page.changed the rows are others than before
   * @param {(error: Error|null) => void} page.fetched
   */
  constructor(url, page) {
    this.url = url;
    this.page = page;
    this.rows = new Map();
    this.wanted = new Set();
    this.wantsAll = false;
    this.deleted = new Set();
    this.isFetching = false;
  }

  /** Fetch every row: after each (re)connect, when what was missed is not known. */
  refetch() {
    this.wantsAll = true;
    this.gather(0);
  }

  /** A row was created or updated; null: which one is not known. */
  changed(uuid) {
    if (uuid === null) {
      this.wantsAll = true;
    } else {
      this.wanted.add(uuid);
    }
    if (this.wanted.size > IDS_WAITING_AT_MOST) {
      this.wantsAll = true;
    }
    this.gather(GATHER_MS);
  }

  remove(uuid) {
    this.wanted.delete(uuid);
    this.deleted.add(uuid);
    if (this.rows.delete(uuid)) {
      this.page.changed();
    }
  }

  gather(delayMs) {
    if (!this.isFetching) {
      this.isFetching = true;
      setTimeout(() => this.fetchDue(), delayMs);
    }
  }

  async fetchDue() {
    const all = this.wantsAll;
    const ids = all ? [] : [...this.wanted].slice(0, IDS_PER_REQUEST);
    this.wantsAll = false;
    this.deleted.clear();
    if (all) {
      this.wanted.clear();
    }
    ids.forEach((id) => this.wanted.delete(id));
    let delayMs = GATHER_MS;
    try {
      if (all || ids.length > 0) {
        this.take(await this.fetchRows(ids), all ? [...this.rows.keys()] : ids);
      }
      this.page.fetched(null);
    } catch (error) {
      this.wantsAll ||= all;
      ids.filter((id) => !this.deleted.has(id)).forEach((id) => this.wanted.add(id));
      delayMs = RETRY_MS;
      this.page.fetched(error);
    }
    this.isFetching = false;
    if (this.wantsAll || this.wanted.size > 0) {
      this.gather(delayMs);
    }
  }

  async fetchRows(ids) {
    const query = ids.length > 0 ? `?observations=${ids.join(",")}` : "";
    const response = await fetch(`${this.url}${query}`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!response.ok) {
      throw new Error(`the site answered ${response.status}`);
    }
    return (await response.json()).observations;
  }

  /** Take over what was fetched; of the rows that were asked for, those that did not come are gone. */
  take(fetched, asked) {
    asked.forEach((id) => this.rows.delete(id));
    fetched
      .filter((row) => !this.deleted.has(row.id))
      .forEach((row) => this.rows.set(row.id, row));
    this.page.changed();
  }
}
