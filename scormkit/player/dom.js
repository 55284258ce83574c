/** The page's few tools: elements, the one door for authored HTML, plain text out of it, and the player's words. */
//# allFunctionsCalledOnLoad

/**
 * An element. Attributes that are null, undefined or false are left out; true gives an empty one; a function under
 * `on...` listens. Children may be nodes, texts, lists of them, or nothing.
 */
export function el(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...flat(children));
  return element;
}

function flat(children) {
  return [children].flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** A button of the shell, known to tests by `data-go`; `look`: more classes, `more`: more attributes. */
export function button(name, text, onclick, look = "", more = {}) {
  return el("button", {type: "button", class: `button ${look}`, "data-go": name, onclick, ...more}, text);
}

/** Authored text, which is safe HTML of the compiler's few elements, as nodes. Nothing else parses HTML. */
export function html(text) {
  const template = document.createElement("template");
  template.innerHTML = text ?? "";
  return template.content;
}

/** Authored text as plain text: blocks stand apart by a space, images speak through their alternative text. */
export function plain(text) {
  const nodes = html(text);
  for (const image of nodes.querySelectorAll("img")) image.replaceWith(image.alt);
  for (const block of nodes.querySelectorAll("p, li, br, pre, blockquote, tr, td, th")) block.after(" ");
  return nodes.textContent.replace(/\s+/g, " ").trim();
}

/** Plain text made fit to stand where authored HTML is expected. */
export function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The player's own words, plain text: `word("timer.left", {seconds: 20})`. A missing one shows its key. */
export function words(table) {
  return (key, values = {}) =>
    (table[key] ?? key).replace(/\{([a-z]+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}
