import { button, digit, make, set, unpack } from "./base.js";

/** How many right ones luck alone hardly reaches: the mean of coins, and twice their scatter. */
export const beyondLuck = (n) => Math.floor(n / 2 + Math.sqrt(n)) + 1;

export function start(stage, data) {
  const [left, right] = data.names, values = unpack(data.images);
  const image = (i) => values.subarray(784 * i, 784 * (i + 1));
  const cards = data.sides.map((side, i) => ({ side, i })).slice(data.examples);
  const said = [];
  const box = () => make("div", { style: "display: flex; flex-wrap: wrap; gap: 3px; flex: 1 1 45%; align-content: flex-start; min-height: 46px; border: 1px solid var(--line); border-radius: 6px; padding: 5px;" });
  const small = (i, label, frame) => {
    const canvas = digit({ size: 34, label });
    canvas.draw(image(i));
    if (frame) canvas.element.style.outline = frame;
    return canvas.element;
  };
  const known = [box(), box()], piles = [box(), box()];
  for (let i = 0; i < data.examples; i++) known[data.sides[i]].append(small(i, `a digit of ${data.names[data.sides[i]]}`));
  const card = digit({ size: 132, label: "the card to sort" });
  const choose = [button(`← ${left}`, () => put(0)), button(`${right} →`, () => put(1))];
  const again = button("Again", () => { said.length = 0; piles.forEach((pile) => pile.replaceChildren()); show(); });
  const two = (parts) => make("div", { style: "display: flex; gap: 10px;" }, ...parts);
  stage.add(make("p", { style: "margin: 0 0 4px" }, `Known: ${left} on the left, ${right} on the right.`));
  stage.add(two(known));
  stage.add(make("div", { class: "row", style: "justify-content: center; margin: 12px 0" }, choose[0], card.element, choose[1]));
  stage.add(make("p", { style: "margin: 0 0 4px" }, "Your piles; a mistake has a red frame."));
  stage.add(two(piles));
  stage.row(again);
  stage.element.addEventListener("keydown", (event) => {
    const side = { ArrowLeft: 0, ArrowRight: 1 }[event.key];
    if (side === undefined) return;
    event.preventDefault();
    put(side);
  });
  stage.table(() => [["card", "you said", "it was"], ...said.map((side, i) => [i + 1, data.names[side], data.names[cards[i].side]])]);

  function put(side) {
    if (said.length === cards.length) return;
    const { side: true_side, i } = cards[said.length], hit = side === true_side;
    said.push(side);
    piles[side].append(small(i, `card ${said.length}, of ${data.names[true_side]}`, hit ? "" : "3px solid var(--red)"));
    show();
  }

  function show() {
    const n = said.length, hits = said.filter((side, i) => side === cards[i].side).length, over = n === cards.length;
    if (!over) card.draw(image(cards[n].i));
    set(card.element, { "aria-label": over ? "the last card" : `card ${n + 1} of ${cards.length}` });
    choose.forEach((each) => { each.disabled = over; });
    if (!n) return stage.say(`${cards.length} cards. To which pile does the first one belong? Press a button, or an arrow key.`);
    const last = `It was ${data.names[cards[n - 1].side]}. ${hits} of ${n} right`;
    if (!over) return stage.say(`${last}.`);
    const enough = beyondLuck(n);
    stage.say(`${last}. Coins get about ${n / 2}, and hardly ever ${enough} or more: ${hits >= enough ? "you see something" : "that may be luck"}.`);
  }
  show();
}
