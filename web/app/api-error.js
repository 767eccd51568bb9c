/** Why a call of the API failed, or the loading of a page. */

/** @import { SeatQuantity } from "./contract.js" */
/** @typedef {{ path: string, message: string }} FieldError */
/**
 * `offline` was not sent. `network` and `timeout` had no answer: whether it was done is unknown. `answer` is a refusal.
 * `renewed` is no call: a page could not be loaded, or does not fit those that were loaded of the release before.
 * @typedef {"offline" | "network" | "timeout" | "answer" | "renewed"} FailureKind
 */

export class ApiError extends Error {
  /**
   * @param {FailureKind} kind
   * @param {object} [answer]
   * @param {number} [answer.status]
   * @param {string} [answer.type] the problem type, such as `seats-unavailable`
   * @param {FieldError[]} [answer.errors]
   * @param {SeatQuantity[]} [answer.available]
   * @param {number | null} [answer.retryAfter] seconds
   */
  constructor(kind, { status = 0, type = "", errors = [], available = [], retryAfter = null } = {}) {
    super(`${kind} ${status || ""} ${type}`.trim());
    this.name = "ApiError";
    this.kind = kind;
    this.status = status;
    this.type = type;
    this.errors = errors;
    this.available = available;
    this.retryAfter = retryAfter;
  }

  /** Whether sending the same again may do. */
  get isTransient() {
    return this.kind !== "answer" || [502, 503, 504].includes(this.status);
  }

  /**
   * Whether it is this refusal.
   * @param {string[]} types
   */
  is(...types) {
    return this.kind === "answer" && types.includes(this.type);
  }
}

/**
 * Whether the page that asked was left meanwhile.
 * @param {unknown} error
 */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
