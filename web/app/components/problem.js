/** Failures in words: what happened, what is safe, what to do. */

import { ApiError, isAbort } from "../api-error.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { notice } from "./notice.js";

/** @import { Child } from "../dom.js" */
/** @import { MessageKey } from "../i18n.js" */
/** @import { Page } from "../router.js" */

/** Refusals that have words of their own. */
const KNOWN = new Set([
  "seats-unavailable",
  "too-many-seats",
  "too-many-open-orders",
  "order-expired",
  "order-settled",
  "reservation-pending",
  "partially-reserved",
  "registrant-missing",
  "too-many-payments",
  "order-open",
  "registrant-forgotten",
  "payment-rejected",
  "payment-accepted",
  "payment-signature",
  "slug-taken",
  "seat-type-published",
  "too-many-seat-types",
]);

/**
 * The name of a failure in the catalogue: `problem.{name}.title` and `problem.{name}.text`.
 * @param {unknown} error
 */
function nameOf(error) {
  if (!(error instanceof ApiError)) return "bug";
  if (error.kind !== "answer") return error.kind;
  if (KNOWN.has(error.type)) return error.type;
  if ([401, 404, 409, 413, 422, 429].includes(error.status)) return String(error.status);
  return error.status >= 500 ? "server" : "refused";
}

/**
 * @param {unknown} error
 * @returns {{ title: string, text: string }}
 */
export function wordsFor(error) {
  const name = nameOf(error);
  const seconds = error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
  return {
    title: t(/** @type {MessageKey} */ (`problem.${name}.title`)),
    text: t(/** @type {MessageKey} */ (`problem.${name}.text`), { minutes: Math.max(1, Math.ceil(seconds / 60)) }),
  };
}

/**
 * A failure inside of a page.
 * @param {unknown} error
 * @param {object} [more]
 * @param {(() => unknown) | null} [more.retry]
 * @param {string} [more.safe] what is certain in spite of it
 */
export function problemNotice(error, { retry = null, safe = "" } = {}) {
  const { title, text } = wordsFor(error);
  return notice("danger", title, text, safe, retry && retryButton(retry));
}

/**
 * A failure instead of a page.
 * @param {unknown} error
 * @param {() => unknown} retry
 * @returns {Page}
 */
export function problemPage(error, retry) {
  const { title, text } = isAbort(error) ? { title: "", text: "" } : wordsFor(error);
  const missing = error instanceof ApiError && error.status === 404;
  return messagePage(
    title,
    h("p", {}, text),
    h(
      "p",
      { class: "actions" },
      !missing && retryButton(retry),
      h("a", { class: "button button--quiet", href: "/" }, t("problem.home")),
    ),
  );
}

/**
 * A page that has one thing to say.
 * @param {string} title
 * @param {Child[]} content
 * @returns {Page}
 */
export function messagePage(title, ...content) {
  return { title, content: h("div", { class: "page page--narrow message-page" }, h("h1", {}, title), ...content) };
}

/** @param {() => unknown} retry */
export function retryButton(retry) {
  return h("button", { type: "button", class: "button", onclick: () => retry() }, t("problem.retry"));
}
