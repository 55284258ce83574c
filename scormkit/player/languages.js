/** The bundle in another language than its first: which one, and its texts laid over. Pure. */

/**
 * What it takes to play in the first language wished for that the bundle has; null where it speaks that already.
 * @returns {{file: string, meanwhile: object, whole: (texts: object) => object}|null} the module that holds the texts;
 * the bundle with the few that stand in the page, for as long as that takes; the bundle with all of them
 */
export function spoken(bundle, wishes) {
  const language = choose(bundle, wishes);
  if (language === bundle.language) return null;
  return {
    file: `languages/${language}`,
    meanwhile: apply(bundle, language),
    whole: (overlay) => apply(bundle, language, overlay),
  };
}

/**
 * The language to play in: the first wish that the bundle can meet, exactly or by its primary subtag (RFC 4647 3.4).
 * @param {object} bundle
 * @param {string[]} wishes the LMS's learner language first, then the browser's
 */
export function choose(bundle, wishes) {
  const offered = [bundle.language, ...Object.keys(bundle.languages ?? {})];
  const normal = (tag) => tag.toLowerCase().replaceAll("_", "-");
  const primary = (tag) => normal(tag).split("-")[0];
  for (const wish of wishes.filter(Boolean)) {
    const found = offered.find((tag) => normal(tag) === normal(wish))
      ?? offered.find((tag) => primary(tag) === primary(wish));
    if (found) return found;
  }
  return bundle.language;
}

/** The bundle with the texts of a language that `choose` answered laid over it; the bundle itself is left alone. */
export function apply(bundle, language, overlay = bundle.languages[language]) {
  if (!overlay) return bundle;
  const {languages, ...rest} = bundle;
  const result = {...structuredClone(rest), language, dir: overlay.dir};
  for (const [path, text] of Object.entries(overlay.texts)) replace(result, path, text);
  return result;
}

/** Word keys and ids may hold dots: at each level the longest key that fits is taken. */
function replace(tree, path, text) {
  const keys = path.split(".");
  let at = tree;
  for (let from = 0; from < keys.length;) {
    let to = keys.length;
    while (to > from && !Object.hasOwn(at, keys.slice(from, to).join("."))) to -= 1;
    const key = keys.slice(from, to).join(".");
    const last = to === keys.length;
    if (to === from || (!last && typeof at[key] !== "object")) throw new Error(`no text at "${path}"`);
    if (last) at[key] = text;
    else at = at[key];
    from = to;
  }
}
