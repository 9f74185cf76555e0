// The research graph as a picture. The list beside it comes with the page and works without this
// file; the picture is drawn from the JSON of the same graph once it is about to be seen.

import { look } from "./graph-look.js";
import { around, line, placed } from "./graph-places.js";

const KINDS = { papers: "Paper", authors: "Person", topics: "Topic", affiliations: "Institution" };
const STEP = 1.3; // of the zoom
const dark = matchMedia("(prefers-color-scheme: dark)");

class Panel {
  constructor(section) {
    this.section = section;
    this.box = section.querySelector(".graph-box");
    this.box.addEventListener("keydown", (event) => this.onKey(event));
    section.addEventListener("change", () => this.showKinds());
    section.addEventListener("click", (event) => this.onClick(event));
    for (const kind of ["focusin", "mouseover"]) {
      section.addEventListener(kind, (event) => this.onList(event.target, kind === "focusin"));
    }
    section.addEventListener("mouseout", (event) => { if (event.target.closest("li")) this.pick(""); });
    dark.addEventListener("change", () => this.picture?.style(look(this.section, this.box)));
    new ResizeObserver(() => this.place()).observe(this.box);
  }

  get name() { return this.section.dataset.name; }

  async draw() {
    const name = this.name;
    const [{ default: cytoscape }, answer] = await Promise.all([
      import("/static/vendor/cytoscape/cytoscape.esm.min.mjs"),
      fetch(`/neighborhood/${name}`),
    ]);
    if (name !== this.name) return; // something else was asked for meanwhile
    if (!answer.ok) {
      this.say("The picture cannot be drawn at the moment. The list has the same.");
      return;
    }
    const { nodes, edges = [] } = await answer.json();
    this.nodes = nodes.map((node) => ({ ...node, collection: node.name.split("/", 1)[0] }));
    this.picked = "";
    this.picture?.destroy();
    this.picture = cytoscape({
      container: this.box,
      elements: [...around(this.nodes), ...edges.map(line)],
      style: look(this.section, this.box),
      layout: {
        name: "cose", randomize: false, animate: false, fit: false, componentSpacing: 60,
        nodeRepulsion: () => 26000, idealEdgeLength: () => 70, nodeOverlap: 12, gravity: 0.6, numIter: 600,
        nodeDimensionsIncludeLabels: true,
      },
      userZoomingEnabled: false, userPanningEnabled: false, boxSelectionEnabled: false,
      autoungrabify: true, autounselectify: true,
    });
    this.picture.on("tap", "node", (event) => this.go(event.target.id()));
    this.picture.on("mouseover", "node", (event) => this.pick(event.target.id()));
    this.picture.on("mouseout", "node", () => this.pick(""));
    this.laid = this.picture.nodes().map((node) => ({ ...node.position() }));
    this.place();
    this.showKinds();
    this.say("");
    this.section.dataset.drawn = name;
  }

  // What was laid out, stretched over the box: one unit is one pixel while all of it is shown.
  place() {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!this.picture || !width) return;
    const places = placed(this.laid, width, height);
    this.picture.nodes().positions((_, n) => places[n]);
    this.picture.style(look(this.section, this.box));
    this.zoom("all");
  }

  // Something else into the middle: the page around it has the list.
  async go(name, { back = false, focus = null } = {}) {
    if (name === this.name && !back) {
      const own = this.section.querySelector("a.graph-middle");
      if (own) location.assign(own.href);
      return;
    }
    this.wanted = name;
    this.say("One moment.");
    const answer = await fetch(`/graph/${name}`);
    if (name !== this.wanted) return;
    if (!answer.ok) {
      this.say("That cannot be shown at the moment.");
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = page.querySelector(".graph");
    this.section.dataset.name = section.dataset.name;
    for (const part of [".graph-list", ".graph-middle", ".graph-middle-kind"]) {
      this.section.querySelector(part).replaceWith(section.querySelector(part));
    }
    const own = this.section.querySelector(".graph-own");
    if (own) own.href = `/graph/${name}`;
    if (location.pathname.startsWith("/graph/")) {
      document.title = page.title;
      if (!back) history.pushState(null, "", `/graph/${name}`);
    }
    focus?.focus();
    await this.draw();
    const { displayName, name: middle, collection } = this.nodes[0];
    const kind = KINDS[collection].toLowerCase();
    const told = `${displayName ?? middle}, ${kind}, is in the middle now`;
    this.say(`${told}, with ${this.nodes.length - 1} around.`);
  }

  hidden() {
    return [...this.section.querySelectorAll("input:not(:checked)")].map((input) => input.value);
  }

  showKinds() {
    const hidden = this.hidden();
    for (const group of this.section.querySelectorAll(".graph-list > section")) {
      group.hidden = hidden.includes(group.dataset.kind);
    }
    this.picture?.nodes().slice(1).forEach((node) => {
      node.style("display", hidden.includes(node.data("kind")) ? "none" : "element");
    });
  }

  // Whatever is joined with it stands out, and the rest steps back; "" for nothing in particular.
  pick(name) {
    this.picked = name;
    if (!this.picture) return;
    this.picture.elements().removeClass("near far picked");
    for (const one of this.section.querySelectorAll(".graph-list li")) {
      one.classList.toggle("picked", one.dataset.name === name);
    }
    const node = name ? this.picture.getElementById(name) : this.picture.collection();
    if (node.empty()) return;
    const near = node.closedNeighborhood();
    this.picture.elements().not(near).addClass("far");
    near.addClass("near");
    node.addClass("picked");
    const around = near.nodes().length - 1;
    this.say(`${node.data("whole")}, ${KINDS[node.data("kind")].toLowerCase()}, joined with ${around} here.`);
  }

  say(text) { this.section.querySelector(".graph-said").textContent = text; }

  zoom(how) {
    if (!this.picture) return;
    if (how === "all") this.picture.viewport({ zoom: 1, pan: { x: 0, y: 0 } });
    else {
      const level = this.picture.zoom() * (how === "in" ? STEP : 1 / STEP);
      const { width, height } = this.box.getBoundingClientRect();
      this.picture.zoom({ level, renderedPosition: { x: width / 2, y: height / 2 } });
    }
    // What is shown as a whole stays put, so that a finger on it scrolls the page.
    this.picture.userPanningEnabled(this.picture.zoom() > 1.01);
  }

  onKey(event) {
    const hidden = this.hidden();
    const shown = (this.nodes ?? []).filter((node, n) => n === 0 || !hidden.includes(node.collection));
    const at = shown.findIndex((node) => node.name === this.picked);
    const last = shown.length - 1;
    const places = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last,
    };
    if (event.key in places && shown.length) {
      const place = places[event.key];
      this.pick(shown[place > last ? 0 : place < 0 ? last : place].name);
    } else if (event.key === "Enter" && this.picked) this.go(this.picked);
    else if (event.key === "+" || event.key === "=") this.zoom("in");
    else if (event.key === "-") this.zoom("out");
    else if (event.key === "0") this.zoom("all");
    else if (event.key === "Escape") this.pick("");
    else return;
    event.preventDefault();
  }

  onClick(event) {
    const zoom = event.target.closest("[data-zoom]");
    if (zoom) this.zoom(zoom.dataset.zoom);
    const here = event.target.closest(".graph-here");
    if (!here || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.go(here.closest("li").dataset.name, { focus: this.section.querySelector("#graph-title") });
  }

  onList(target, told) {
    const line = target.closest?.(".graph-list li");
    if (!line) return;
    const said = this.section.querySelector(".graph-said").textContent;
    this.pick(line.dataset.name);
    if (told) this.say(said); // a screen reader reads the link itself
  }
}

// The library would put a style sheet into the page, which the page's policy forbids; it does not
// where something of this name is there.
const mark = document.createElement("meta");
mark.id = "__________cytoscape_stylesheet";
document.head.append(mark);

const panels = [...document.querySelectorAll(".graph")].map((section) => new Panel(section));
const about = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue;
    about.unobserve(target);
    panels.find((panel) => panel.box === target).draw();
  }
}, { rootMargin: "300px" });
panels.forEach((panel) => about.observe(panel.box));

addEventListener("popstate", () => {
  const own = location.pathname.match(/^\/graph\/(.+)$/);
  // Going to a part of the page, as the skip link does, comes here too.
  if (own && panels.length && own[1] !== panels[0].name) panels[0].go(own[1], { back: true });
});
