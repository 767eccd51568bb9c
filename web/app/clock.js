/** The server's time, as the `Date` headers of its answers tell it: a wrong clock at the reader's does not matter. */

let aheadMilliseconds = 0;

/**
 * Learn from an answer. `Date` is cut to whole seconds, so half a second is added; it was written about half-way
 * between asking and being answered.
 * @param {string | null} date
 * @param {number} askedAt
 * @param {number} answeredAt
 */
export function learnServerTime(date, askedAt, answeredAt) {
  const server = Date.parse(date ?? "");
  if (!Number.isNaN(server)) aheadMilliseconds = server + 500 - (askedAt + answeredAt) / 2;
}

/** Milliseconds since 1970 at the server. */
export function serverNow() {
  return Date.now() + aheadMilliseconds;
}
