// Runs inside each of thor's workers, in the place that thor has for a message generator (`--generator`): makes the
// messages, and tells on stderr how far the worker's connections are. thor's report says neither while it runs nor at
// its end how many connections had all their answers.
"use strict";

const dns = require("node:dns");
const net = require("node:net");

const TELL_MILLISECONDS = 250;
const GOODBYE_MILLISECONDS = 2000;
// What `ws` says to a write after close(). thor closes a connection at the last answer that it wants, and writes once
// more for each frame that comes after that: no failure of the server's. A connection that the server closes too early
// is found by its missing answers.
const WRITE_AFTER_END = "WebSocket is not open: readyState 2 (CLOSING)";

const connections = new Map(); // id → how many answers are still wanted, and whether it opened
const tally = { begun: 0, opened: 0, answers: 0, answered: 0, unanswered: 0, refused: 0, over: 0, afterwards: 0 };
const send = process.send.bind(process);
let told = "";

// One family, the one that answered the verifying client: racing both, Node gives up a connection after 250 ms.
dns.setDefaultResultOrder(process.env.LOAD_ADDRESS_FAMILY === "6" ? "verbatim" : "ipv4first");
net.setDefaultAutoSelectFamily?.(false);

exports.utf8 = (size, use) => use(undefined, "x".repeat(size));
exports.binary = (size, use) => use(undefined, Buffer.alloc(size, "x"));

process.on("message", (task) => {
  if (task.url) begin(task);
  if (task.shutdown) setTimeout(giveUp, GOODBYE_MILLISECONDS);
});

process.send = (report, ...rest) => {
  if (report.type === "error" && report.message === WRITE_AFTER_END) {
    tally.afterwards += 1;
    return true;
  }
  count(report, connections.get(report.id));
  return send(report, ...rest);
};

function begin(task) {
  connections.set(task.id, { wanted: task.messages, isOpen: false });
  tally.begun += 1;
}

function count(report, connection) {
  if (!connection) return;
  if (report.type === "open") {
    connection.isOpen = true;
    tally.opened += 1;
  } else if (report.type === "message") {
    if (connection.wanted > 0) tally.answers += 1;
    connection.wanted -= 1;
    if (connection.wanted === 0) tally.answered += 1;
  } else {
    if (!connection.isOpen) tally.refused += 1;
    else if (connection.wanted > 0) tally.unanswered += 1;
    tally.over += 1;
    connections.delete(report.id);
  }
}

// thor ends, and reports, when it has heard of every connection's end; a server that hangs tells of none.
function giveUp() {
  for (const id of connections.keys()) process.send({ type: "error", id, message: "given up: the server hung" });
}

function tell() {
  const text = JSON.stringify(tally);
  if (text !== told) process.stderr.write(`tally ${process.pid} ${text}\n`);
  told = text;
}

setInterval(tell, TELL_MILLISECONDS).unref();
process.on("exit", tell);
