/** Tables as CSV files that spreadsheets open well and that do them no harm. */

const BYTE_ORDER_MARK = "\uFEFF";

/**
 * RFC 4180, with the mark by which spreadsheets know UTF-8.
 * @param {string[][]} rows the first has the names
 */
export function csv(rows) {
  return BYTE_ORDER_MARK + rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

/**
 * A cell that a spreadsheet would take for a formula gets an apostrophe in front: names are typed by strangers.
 * @param {string} text
 */
function cell(text) {
  const harmless = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * Have the browser save a text as a file.
 * @param {string} name
 * @param {string} text
 */
export function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
