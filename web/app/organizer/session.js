/** Which conferences this tab is signed in to. A token is good for one conference, for eight hours. */

import { call } from "../api.js";
import { ApiError } from "../api-error.js";
import { serverNow } from "../clock.js";
import { tab } from "../stored.js";

/** @import { CallOptions } from "../api.js" */
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
 * A call as the organizer of a conference. Throws ApiError with status 401 when she must sign in (again).
 * @param {string} code
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} path below the conference, such as "/orders"
 * @param {CallOptions} [options]
 * @returns {Promise<any>}
 */
export async function callAsOrganizer(code, method, path, options = {}) {
  const session = sessions().find((known) => same(known.code, code));
  if (!session) throw new ApiError("answer", { status: 401, type: "unauthorized" });
  // Static Web Apps puts a token of its own into Authorization, so ours goes into a header of its own as well.
  const headers = { Authorization: `Bearer ${session.token}`, "X-Organizer-Token": session.token };
  try {
    return await call(method, `/api/management/conferences/${encodeURIComponent(code)}${path}`, {
      ...options,
      headers,
    });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) signOut(code);
    throw error;
  }
}

/**
 * Codes are the same in any letter case.
 * @param {string} one
 * @param {string} other
 */
function same(one, other) {
  return one.toLowerCase() === other.toLowerCase();
}
