// The ticket for what has arrived: how much it was, and the numbers by which it is found again.
// @ts-check
import { pathInWords } from "./folders.js";
import { size } from "./transfer_rate.js";

/**
 * @typedef {import("./item.js").Item} Item
 * @typedef {import("./words.js").Words} Words
 */

/**
 * What it says, by the parts of the ticket.
 * @param {Item[]} items that have all arrived
 * @param {Words} words
 * @returns {Record<"receipt" | "receipt-time" | "receipt-number" | "receipt-rest", string>}
 */
export function receipt(items, words) {
  const one = items.length === 1 ? items[0] : undefined;
  const total = size(items.reduce((sum, item) => sum + item.size, 0));
  const folders = new Set(items.map(({ folder }) => pathInWords(folder).split("/")[0] ?? ""));
  const [folder = ""] = folders.size === 1 ? folders : [];
  const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }).format();
  return {
    receipt: words.say(one ? "receipt-one" : "receipt", { count: items.length, total, name: one?.name ?? "" }),
    "receipt-time": [folder, words.say("today", { time: clock })].filter(Boolean).join(" · "),
    ...numbers(items, words),
  };
}

/**
 * Numbers that run on are said as such; of others, the first.
 * @param {Item[]} items
 * @param {Words} words
 */
function numbers(items, words) {
  const tickets = items.map(({ answer }) => answer.ticket ?? 0).filter((ticket) => ticket > 0);
  tickets.sort((one, other) => one - other);
  const [first = 0, last = 0] = [tickets[0], tickets.at(-1)];
  const runsOn = tickets.length === items.length && last - first === items.length - 1;
  const rest =
    items.length === 1
      ? ""
      : runsOn
        ? words.say("ticket-to", { last })
        : words.say("ticket-more", { count: items.length - 1 });
  return { "receipt-number": first > 0 ? String(first) : "", "receipt-rest": first > 0 ? rest : "" };
}
