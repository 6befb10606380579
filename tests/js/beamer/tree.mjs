/** A document small enough for tests: elements, text, attributes, order. Enough for what `patch` touches. */

class Node {
  constructor(nodeType, nodeName) {
    this.nodeType = nodeType;
    this.nodeName = nodeName;
    this.nodeValue = null;
    this.parent = null;
    this.childNodes = [];
  }

  get firstChild() {
    return this.childNodes[0] ?? null;
  }

  get nextSibling() {
    const nodes = this.parent?.childNodes ?? [];
    return nodes[nodes.indexOf(this) + 1] ?? null;
  }

  get children() {
    return this.childNodes.filter((node) => node.nodeType === 1);
  }

  insertBefore(node, before) {
    node.parent?.removeChild(node);
    this.childNodes.splice(before ? this.childNodes.indexOf(before) : this.childNodes.length, 0, node);
    node.parent = this;
  }

  removeChild(node) {
    this.childNodes.splice(this.childNodes.indexOf(node), 1);
    node.parent = null;
  }
}

class Element extends Node {
  constructor(name, named) {
    super(1, name.toUpperCase());
    this.named = new Map(Object.entries(named));
  }

  get attributes() {
    return [...this.named].map(([name, value]) => ({ name, value }));
  }

  getAttribute(name) {
    return this.named.get(name) ?? null;
  }

  hasAttribute(name) {
    return this.named.has(name);
  }

  setAttribute(name, value) {
    this.named.set(name, value);
  }

  removeAttribute(name) {
    this.named.delete(name);
  }

  get text() {
    return this.childNodes.map((node) => node.nodeValue ?? node.text).join("");
  }
}

/** Make an element: `h("li", { id: "a" }, "text", h("b", {}))`. */
export function h(name, attributes = {}, ...children) {
  const element = new Element(name, attributes);
  for (const child of children) {
    const node = typeof child === "string" ? Object.assign(new Node(3, "#text"), { nodeValue: child }) : child;
    element.insertBefore(node, null);
  }
  return element;
}
