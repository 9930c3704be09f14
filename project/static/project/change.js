/** What a message says changed. Pure. */

const KEY = /^[0-9a-f]{32}$/;
const TABLES = { observation: "observations", reservation: "reservations", draft: "drafts" };
const NAMES = new Set(["project", "schedulingunit"]);

/**
 * Anybody may publish anything on a channel: what is no message of ours changes nothing.
 *
 * @returns {{kind: "row"|"deleted", table: string, key: string}|{kind: "all"|"clock"|"names"|"nothing"}}
 */
export function changeOf(text) {
  const { status, model, uuid } = parse(text);
  if (status === "resync") {
    return { kind: "all" };
  }
  if (model === "clock") {
    return { kind: "clock" };
  }
  if (NAMES.has(model)) {
    return { kind: status === "updated" ? "names" : "nothing" };
  }
  if (!Object.hasOwn(TABLES, model ?? "")) {
    return { kind: "nothing" };
  }
  if (!KEY.test(uuid)) {
    return { kind: "all" };
  }
  return { kind: status === "deleted" ? "deleted" : "row", table: TABLES[model], key: uuid };
}

function parse(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
