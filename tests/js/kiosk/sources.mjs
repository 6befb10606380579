/** Lets tests import the kiosk's sources: in the asset tree they lie beside the ballot's modules, here they do not. */
import { register } from "node:module";

const resolver = `
const BALLOT = new URL("../../../backend/web/static/js/ballot/", ${JSON.stringify(import.meta.url)}).href;
export function resolve(specifier, context, next) {
  const found = /^\\.\\.\\/\\.\\.\\/js\\/ballot\\/(.*)$/.exec(specifier);
  return next(found ? BALLOT + found[1] : specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(resolver)}`);

/** @param {string} name of a module */
export function kiosk(name) {
  return import(new URL(`../../../kiosk/static/js/${name}.js`, import.meta.url).href);
}
