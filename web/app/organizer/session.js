/** Which conferences this tab is signed in to. A token is good for one conference, for eight hours. */

import { call } from "../api.js";
import { serverNow } from "../clock.js";
import { tab } from "../stored.js";

/** @typedef {{ token: string, expiresAt: string | null, code: string }} Session */

const KEY = "organizer";

/** @returns {Session[]} */
export function sessions() {
  const all = /** @type {Session[] | null} */ (tab.get(KEY)) ?? [];
  return all.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > serverNow());
}

/** @param {string} code */
export function isSignedIn(code) {
  return sessions().some((session) => same(session.code, code));
}

/** @param {Session} session */
export function keepSession(session) {
  tab.set(KEY, [...sessions().filter(({ code }) => !same(code, session.code)), session]);
}

/** @param {string} code */
export function signOut(code) {
  tab.set(
    KEY,
    sessions().filter((session) => !same(session.code, code)),
  );
}

/**
 * @param {string} email
 * @param {string} accessCode
 * @returns {Promise<Session>}
 */
export async function signIn(email, accessCode) {
  const session = await call("POST", "/api/management/sign-in", { body: { email, accessCode } });
  keepSession(session);
  return session;
}

/**
 * The headers by which the API knows the organizer of a conference; none if she is not signed in.
 * @param {string} code
 * @returns {Record<string, string>}
 */
export function credentials(code) {
  const token = sessions().find((session) => same(session.code, code))?.token;
  // Static Web Apps puts a token of its own into Authorization, so ours goes into a header of its own as well.
  return token ? { Authorization: `Bearer ${token}`, "X-Organizer-Token": token } : {};
}

/**
 * Codes are the same in any letter case.
 * @param {string} one
 * @param {string} other
 */
function same(one, other) {
  return one.toLowerCase() === other.toLowerCase();
}
