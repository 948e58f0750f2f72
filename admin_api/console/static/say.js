// What the scripts say: words of the page's language, which the page brings along.

const WORDS = JSON.parse(document.getElementById("words").textContent);

/** The language of the page, by which dates are written. */
export const LANGUAGE = document.documentElement.lang;

/** Return what is said under a name, with values put into its %(name)s. */
export function say(name, values = {}) {
  return WORDS[name].replace(/%\((\w+)\)s/g, (_, each) => values[each]).replaceAll("%%", "%");
}
