// How the nodes and edges of a research graph look: by kind in shape and colour.

import { SMALL } from "./graph-places.js";

const SHAPES = { papers: "round-rectangle", authors: "ellipse", topics: "diamond", affiliations: "triangle" };
const FEW = 2; // of a kind, whose labels a small picture has room for; it has none for titles
const still = matchMedia("(prefers-reduced-motion: reduce)");

// The style sheet of the picture in a box, in the colours that the page has now.
export function look(section, box) {
  const sheet = getComputedStyle(section);
  const colour = (name) => sheet.getPropertyValue(name).trim();
  const small = box.clientWidth < SMALL;
  const size = (node) => node.data("size") * (small ? 0.75 : 1);
  const kinds = Object.entries(SHAPES).map(([kind, shape]) => ({
    selector: `node[kind = "${kind}"]`,
    style: { shape, "background-color": colour(`--${kind}`) },
  }));
  return [
    {
      selector: "node",
      style: {
        width: size, height: size, label: "data(label)", color: colour("--ink"),
        "font-family": "system-ui, sans-serif", "font-size": 11,
        "text-valign": "bottom", "text-margin-y": 3, "text-wrap": "wrap", "text-max-width": 116,
        "text-background-color": colour("--sheet"), "text-background-opacity": 0.8,
        "text-background-padding": 1, "overlay-opacity": 0,
        ...(still.matches ? {} : { "transition-property": "opacity", "transition-duration": 120 }),
      },
    },
    ...kinds,
    { selector: 'node[kind = "papers"]', style: { height: (node) => 0.7 * size(node), "font-size": 10 } },
    ...(small ? [{ selector: `node[rank >= ${FEW}], node[rank][kind = "papers"]`, style: { label: "" } }] : []),
    {
      selector: "edge",
      style: {
        width: "data(width)", "line-color": colour("--quiet"), "line-opacity": 0.32,
        "curve-style": "haystack", "overlay-opacity": 0,
      },
    },
    { selector: 'edge[kind = "EDGE_KIND_SIMILAR"]', style: { "line-style": "dashed" } },
    {
      selector: "node.middle",
      style: {
        label: "data(label)", "font-weight": 600, "font-size": 13,
        "border-width": 4, "border-color": colour("--ink"), "z-index": 3,
      },
    },
    { selector: ".far", style: { opacity: 0.16 } },
    { selector: "edge.near", style: { "line-opacity": 0.85, "line-color": colour("--accent") } },
    { selector: "node.near", style: { label: "data(label)", "z-index": 2 } },
    {
      selector: "node.picked",
      style: {
        "border-width": 3, "border-color": colour("--accent"), label: "data(whole)", "text-max-width": 220,
        "z-index": 4,
      },
    },
  ];
}
