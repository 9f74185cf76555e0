// Where the nodes of a research graph stand. The same graph always ends in the same places: nothing
// here is drawn by lot.

const LONGEST_LABEL = 30;
export const SMALL = 500; // pixels of width
// In pixels: how far apart two nodes are at least, and how far from the border.
const ROOM = { x: 98, y: 50, side: 58, top: 26, bottom: 40 };
const LITTLE_ROOM = { x: 42, y: 40, side: 46, top: 24, bottom: 36 };
const ROUNDS = 60;

// Nodes where the layout begins: the middle, and around it the kinds one after the other, the nearer
// the heavier.
export function around(nodes) {
  const ranks = {};
  return nodes.map(({ name, collection, displayName, weight }, n) => {
    const rank = n === 0 ? 0 : (ranks[collection] = (ranks[collection] ?? -1) + 1);
    const angle = (2 * Math.PI * (n - 1)) / Math.max(nodes.length - 1, 1);
    const far = n === 0 ? 0 : 120 + 220 * (1 - weight);
    const size = n === 0 ? 38 : 15 + 14 * weight;
    const whole = displayName ?? name;
    const short = whole.length > LONGEST_LABEL ? `${whole.slice(0, LONGEST_LABEL - 1).trimEnd()}…` : whole;
    return {
      data: { id: name, kind: collection, label: short, whole, rank, size },
      position: { x: far * Math.cos(angle), y: far * Math.sin(angle) },
      classes: n === 0 ? "middle" : "",
    };
  });
}

export function line({ source, target, kind, weight }) {
  return { data: { id: `${kind} ${source} ${target}`, source, target, kind, width: 0.8 + 2.4 * weight } };
}

// Where the layout ended, stretched over a box of so many pixels.
export function placed(laid, width, height) {
  const room = width < SMALL ? LITTLE_ROOM : ROOM;
  const size = { x: width - 2 * room.side, y: height - room.top - room.bottom };
  const [xs, ys] = ["x", "y"].map((axis) => spread(laid.map((at) => at[axis]), size[axis]));
  return apart(xs, ys, size, room).map(({ x, y }) => ({ x: room.side + x, y: room.top + y }));
}

function spread(values, length) {
  const least = Math.min(...values);
  const range = Math.max(Math.max(...values) - least, 1);
  return values.map((value) => ((value - least) / range) * length);
}

// The same places, pushed apart until no label covers another node, or it has been tried enough.
function apart(xs, ys, size, room) {
  const places = xs.map((x, n) => ({ x, y: ys[n] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let one = 0; one < places.length; one += 1) {
      for (let other = one + 1; other < places.length; other += 1) {
        const [a, b] = [places[one], places[other]];
        const [x, y] = [room.x - Math.abs(a.x - b.x), room.y - Math.abs(a.y - b.y)];
        if (x <= 0 || y <= 0) continue;
        const axis = x / room.x < y / room.y ? "x" : "y";
        const push = ((axis === "x" ? x : y) / 2) * (a[axis] < b[axis] ? 1 : -1);
        a[axis] = Math.min(Math.max(a[axis] - push, 0), size[axis]);
        b[axis] = Math.min(Math.max(b[axis] + push, 0), size[axis]);
      }
    }
  }
  return places;
}
