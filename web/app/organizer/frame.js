/** What is around every page of a managed conference: that she is signed in, which conference it is, the tabs. */

import { ApiError } from "../api-error.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { navigate, refresh } from "../router.js";
import { readManaged } from "./conferences.js";
import { isSignedIn, signOut } from "./session.js";
import { signInForm } from "./sign-in-form.js";

/** @import { Child } from "../dom.js" */
/** @import { ManagedConference } from "../contract.js" */
/** @import { Page, PageMaker, Visit } from "../router.js" */
/** @typedef {"overview" | "details" | "seatTypes" | "orders"} Tab */

/**
 * A page for the organizer of the conference in the path; anybody else signs in first, and stays at the address.
 * @param {(conference: ManagedConference, visit: Visit) => Page | Promise<Page>} make
 * @returns {PageMaker}
 */
export function organizersPage(make) {
  return async (visit) => {
    const {
      params: { code = "" },
      signal,
    } = visit;
    if (!isSignedIn(code)) return signInPage(code, signal);
    try {
      return await make(await readManaged(code, signal), visit);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return signInPage(code, signal);
      throw error;
    }
  };
}

/**
 * @param {string} code
 * @param {AbortSignal} signal
 */
function signInPage(code, signal) {
  return {
    title: t("signIn.title"),
    content: h(
      "div",
      { class: "page page--narrow" },
      h("h1", {}, t("signIn.heading")),
      h("p", { class: "lead" }, t("signIn.for", { code })),
      signInForm((signedInTo) => {
        if (signedInTo.toLowerCase() === code.toLowerCase()) return refresh({ signal });
        return navigate(`/organizer/${signedInTo}`, { signal });
      }),
    ),
  };
}

/**
 * @param {ManagedConference} conference
 * @param {Tab} present
 * @param {string} heading
 * @param {Child[]} content
 * @returns {Page}
 */
export function framed(conference, present, heading, ...content) {
  return {
    title: `${heading}, ${conference.name}`,
    content: h(
      "div",
      { class: "page" },
      h(
        "div",
        { class: "managed" },
        h(
          "div",
          { class: "managed__what" },
          h("p", { class: "managed__name" }, conference.name),
          statusBadge(conference),
          conference.isPublished && h("a", { href: `/conferences/${conference.code}` }, t("managed.public")),
        ),
        h(
          "button",
          { type: "button", class: "button button--quiet button--small", onclick: () => leave(conference.code) },
          t("managed.signOut"),
        ),
      ),
      tabs(conference.code, present),
      h("h1", {}, heading),
      ...content,
    ),
  };
}

/** @param {ManagedConference} conference */
function statusBadge({ isPublished }) {
  return h(
    "span",
    { class: `badge badge--${isPublished ? "ok" : "plain"}`, id: "published-state" },
    isPublished ? t("managed.published") : t("managed.unpublished"),
  );
}

/**
 * @param {string} code
 * @param {Tab} present
 */
function tabs(code, present) {
  /** @type {[Tab, string, string][]} */
  const all = [
    ["overview", "", t("tabs.overview")],
    ["details", "/details", t("tabs.details")],
    ["seatTypes", "/seat-types", t("tabs.seatTypes")],
    ["orders", "/orders", t("tabs.orders")],
  ];
  return h(
    "nav",
    { class: "tabs", "aria-label": t("tabs.label") },
    ...all.map(([tab, path, name]) =>
      h(
        "a",
        { href: `/organizer/${encodeURIComponent(code)}${path}`, "aria-current": tab === present ? "page" : null },
        name,
      ),
    ),
  );
}

/** @param {string} code */
async function leave(code) {
  signOut(code);
  await navigate("/organizer");
}
